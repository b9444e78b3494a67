package io.mla4j.cli.generate;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.EngineOption;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.models.causal.GenerationSettings;
import io.mla4j.models.causal.Generator;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.models.causal.StreamingText;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tensor.Engine;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a text, token by token. */
@Command(
    name = "generate",
    description = {
      "Goes on with a text by a causal language model, printing it as it comes, and says how fast.",
      "",
      "Reads folders of Hugging Face's layout: DeepSeek-V2 and V3, Llama, Qwen2, Qwen3."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j generate runs/tiny-shakespeare \"ROMEO:\"",
      "  ./mla4j generate models/qwen3 \"The sea is\" --temperature 0 -n 200",
      "  ./mla4j generate models/qwen3 \"The sea is\" --top-k 40 --top-p 0.9 --seed 7",
      "  ./mla4j generate models/deepseek \"...\" --draft 8       # guess ahead, same text",
      "  ./mla4j generate models/random --ids 1,2,3 --json -     # without a tokenizer"
    })
public final class GenerateCommand implements Runnable {

  @Mixin private Console console = new Console();

  @Mixin private ModelOption model = new ModelOption();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PROMPT",
      description = "The text to go on with; empty if left out.")
  private String prompt = "";

  @Option(
      names = "--ids",
      paramLabel = "ID,ID,…",
      description = "Token ids to go on with, in place of a text.")
  private Optional<String> ids = Optional.empty();

  @Mixin private SamplingOption sampling = new SamplingOption();
  @Mixin private JsonOption json = new JsonOption();
  @Mixin private EngineOption engine = new EngineOption();

  @Override
  public void run() {
    if (ids.isPresent() && !prompt.isEmpty()) {
      throw console.misuse("Give a PROMPT or --ids, not both.");
    }
    new CommandFiles().readsModel(model.path()).writes("--json", json.file()).requireDistinct();
    long start = System.nanoTime();
    try (Engine started = engine.start(EngineChoice.Purpose.ANSWER);
        LanguageModel opened = model.open(started)) {
      double ready = (System.nanoTime() - start) / 1e9;
      generate(opened, ready);
    }
  }

  private void generate(LanguageModel opened, double readySeconds) {
    int[] tokens =
        ids.map(given -> TokenIds.parse(given, opened.model().config().vocabSize()))
            .orElseGet(() -> opened.requireTokenizer().encode(prompt));
    GenerationSettings settings = sampling.settings(opened.endTokens());
    PrintWriter out = json.text();
    out.print(prompt);
    StringBuilder text = new StringBuilder();
    Generator.Generated generated =
        new Generator(opened.model())
            .generate(tokens, settings, printing(opened, tokens, settings, out, text)::token);
    out.println();
    out.flush();
    console.say(sentence(generated, tokens.length, opened, readySeconds));
    json.write(figures(generated, tokens.length, text, opened, readySeconds));
  }

  private Printing printing(
      LanguageModel opened,
      int[] tokens,
      GenerationSettings settings,
      PrintWriter out,
      StringBuilder text) {
    Consumer<String> both =
        piece -> {
          text.append(piece);
          out.print(piece);
          out.flush();
        };
    return new Printing(
        opened.tokenizer().map(t -> new StreamingText(t).after(tokens)), settings, both);
  }

  /** Prints text piece by piece, or ids where there is no tokenizer. */
  private record Printing(
      Optional<StreamingText> text, GenerationSettings settings, Consumer<String> out) {

    boolean token(int token) {
      if (!settings.endTokens().contains(token)) {
        out.accept(text.map(t -> t.next(token)).orElseGet(() -> " " + token));
      } else {
        text.ifPresent(t -> out.accept(t.end()));
      }
      return true;
    }
  }

  private static String sentence(
      Generator.Generated generated, int prompt, LanguageModel opened, double readySeconds) {
    String drafts =
        generated.drafted() == 0
            ? ""
            : ", %d of %d guesses right".formatted(generated.accepted(), generated.drafted());
    return "%d tokens at %.1f a second%s; %d of prompt in %.2f s (%.0f a second); ready after %.2f s, weights in %s."
        .formatted(
            generated.tokens().length,
            generated.tokensPerSecond(),
            drafts,
            prompt,
            generated.promptSeconds(),
            prompt / generated.promptSeconds(),
            readySeconds,
            opened.precision());
  }

  private static Map<String, Object> figures(
      Generator.Generated generated,
      int prompt,
      StringBuilder text,
      LanguageModel opened,
      double readySeconds) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("ids", Arrays.stream(generated.tokens()).boxed().toList());
    opened.tokenizer().ifPresent(tokenizer -> figures.put("text", text.toString()));
    figures.put("promptTokens", prompt);
    figures.put("promptSeconds", generated.promptSeconds());
    figures.put("tokensPerSecond", generated.tokensPerSecond());
    figures.put("passes", generated.passes());
    figures.put("drafted", generated.drafted());
    figures.put("accepted", generated.accepted());
    figures.put("readySeconds", readySeconds);
    figures.put("precision", opened.precision().toString());
    figures.put("engine", opened.model().engine().name());
    return figures;
  }
}
