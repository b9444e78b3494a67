package io.mla4j.cli.score;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.generate.ModelOption;
import io.mla4j.cli.generate.TokenIds;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.EngineOption;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.models.causal.Scorer;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tensor.Engine;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how likely a language model finds given tokens: to compare implementations. */
@Command(
    name = "score",
    description = {
      "Says how likely a causal language model finds given tokens, and which come next: to compare"
          + " it with another implementation. Needs no tokenizer.",
      "",
      "With --json FILE, logProbabilities holds one number for each id after the first, given those"
          + " before it, and next the ten likeliest next ids with theirs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j score models/qwen3 --ids 5,17,3,9 --json scores.json",
      "  ./mla4j score models/qwen3 --ids 5,17,3,9 --engine torch --precision float32"
    })
public final class ScoreCommand implements Runnable {

  private static final int LIKELIEST = 10;

  @Mixin private Console console = new Console();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--ids",
      paramLabel = "ID,ID,…",
      required = true,
      description = "Token ids, one or more.")
  private String ids = "";

  @Mixin private JsonOption json = new JsonOption();
  @Mixin private EngineOption engine = new EngineOption();

  @Override
  public void run() {
    new CommandFiles().readsModel(model.path()).writes("--json", json.file()).requireDistinct();
    try (Engine started = engine.start(EngineChoice.Purpose.ANSWER);
        LanguageModel opened = model.open(started)) {
      int[] tokens = TokenIds.parse(ids, opened.model().config().vocabSize());
      Scorer.Scores scores = new Scorer(opened.model()).score(tokens, LIKELIEST);
      print(tokens, scores, opened);
      json.write(scores);
    }
  }

  private void print(int[] tokens, Scorer.Scores scores, LanguageModel opened) {
    PrintWriter out = json.text();
    double sum = Arrays.stream(scores.logProbabilities()).sum();
    for (int i = 1; i < tokens.length; i++) {
      out.printf(
          "  %6d%s  %10.6f%n",
          tokens[i], text(tokens[i], opened), scores.logProbabilities()[i - 1]);
    }
    if (tokens.length > 1) {
      out.printf(
          "%d tokens after the first: %.6f nats together, perplexity %.4f.%n",
          tokens.length - 1, -sum, Math.exp(-sum / (tokens.length - 1)));
    }
    out.println("next:");
    for (Scorer.Next next : scores.next()) {
      out.printf("  %6d%s  %10.6f%n", next.id(), text(next.id(), opened), next.logProbability());
    }
  }

  private static String text(int token, LanguageModel opened) {
    Optional<String> text = opened.tokenizer().map(t -> t.decode(new int[] {token}, false));
    return text.map(t -> "  %-12s".formatted(t.replace("\n", "\\n"))).orElse("");
  }
}
