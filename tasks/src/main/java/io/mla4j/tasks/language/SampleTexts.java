package io.mla4j.tasks.language;

import io.mla4j.data.corpus.TokenCorpus;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.GenerationSettings;
import io.mla4j.models.causal.Generator;
import io.mla4j.telemetry.report.TextSamples.Sample;
import io.mla4j.tensor.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Lets a model go on with texts. Where a text outgrows the context that the model was trained with,
 * it goes on from the last half of it.
 */
final class SampleTexts {

  /** Tokens of a prompt that is taken from the text the model is measured on. */
  private static final int PROMPT = 16;

  private final CausalModel model;
  private final Tokenizer tokenizer;
  private final int context;
  private final SampleSettings settings;

  SampleTexts(CausalModel model, Tokenizer tokenizer, int context, SampleSettings settings) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.context = context;
    this.settings = settings;
  }

  /** What the model writes, for each prompt. */
  List<Sample> write(TokenCorpus text) {
    List<Sample> samples = new ArrayList<>();
    if (settings.tokens() == 0) {
      return samples;
    }
    List<int[]> prompts = new ArrayList<>();
    settings.prompts().forEach(prompt -> prompts.add(tokenizer.encode(prompt)));
    if (prompts.isEmpty()) {
      prompts.add(beginning(text));
    }
    for (int[] prompt : prompts) {
      if (prompt.length > 0) {
        samples.add(new Sample(heading(tokenizer.decode(prompt)), written(prompt)));
      }
    }
    return samples;
  }

  private static String heading(String prompt) {
    return "after “" + prompt.strip().replace('\n', ' ') + "”";
  }

  private int[] beginning(TokenCorpus text) {
    int count = (int) Math.min(Math.min(PROMPT, context), text.start(1));
    int[] prompt = new int[count];
    for (int i = 0; i < count; i++) {
      prompt[i] = text.token(i);
    }
    return prompt;
  }

  private String written(int[] prompt) {
    int[] all = prompt;
    int wanted = prompt.length + settings.tokens();
    boolean ended = false;
    while (!ended && all.length < wanted) {
      int[] seen = seen(all);
      int room = Math.max(1, context - seen.length);
      int[] next = next(seen, Math.min(room, wanted - all.length), all.length);
      all = joined(all, next);
      ended = next.length == 0 || isEnd(next[next.length - 1]);
    }
    return tokenizer.decode(all);
  }

  /** What of a text the model goes on from. */
  private int[] seen(int[] all) {
    int most = all.length < context ? all.length : Math.max(1, context / 2);
    return Arrays.copyOfRange(all, all.length - most, all.length);
  }

  private int[] next(int[] seen, int count, int position) {
    Sampling sampling =
        settings.temperature() == 0
            ? Sampling.GREEDY
            : new Sampling(settings.temperature(), settings.topK(), 1, 0);
    GenerationSettings how =
        GenerationSettings.greedy(count, ends()).withSampling(sampling, settings.seed() + position);
    return new Generator(model).generate(seen, how, token -> true).tokens();
  }

  private Set<Integer> ends() {
    return tokenizer.endId().isPresent() ? Set.of(tokenizer.endId().getAsInt()) : Set.of();
  }

  private boolean isEnd(int token) {
    return ends().contains(token);
  }

  private static int[] joined(int[] left, int[] right) {
    int[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }
}
