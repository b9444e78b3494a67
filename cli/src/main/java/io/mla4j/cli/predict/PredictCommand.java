package io.mla4j.cli.predict;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.EngineOption;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.cli.text.InputText;
import io.mla4j.cli.text.TextInput;
import io.mla4j.data.text.TextExample;
import io.mla4j.models.classifier.Prediction;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.models.encoder.EncoderFolder;
import io.mla4j.models.pair.PairPipeline;
import io.mla4j.models.pair.RegressorFolder;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tensor.Engine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies texts, or says the number of pairs of them. */
@Command(
    name = "predict",
    description =
        "Classifies texts with a trained model; of a model of pairs, says the number of two texts.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j predict runs/spam \"You won a prize, click here\"",
      "  ./mla4j predict runs/spam --file mail.eml --whole",
      "  ./mla4j predict runs/spam --file mails.csv --text-column body --output json",
      "  cat lines.txt | ./mla4j predict runs/spam - --top 2",
      "  ./mla4j predict runs/spam \"You won a prize\" --time --engine torch",
      "  ./mla4j predict runs/stsb \"A man is singing.\" \"A person sings.\""
    })
public final class PredictCommand implements Runnable {

  /** How predictions are written. */
  enum Output {
    TEXT,
    JSON
  }

  private static final int TEXTS_AT_ONCE = 256;

  @Mixin private Console console = new Console();

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model's folder.")
  private Path model = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TEXT",
      description = "Texts, each one argument; - for the lines of standard input.")
  private List<String> arguments = new ArrayList<>();

  @Mixin private Texts texts = new Texts();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Show the N most probable classes; if left out, 1, and in JSON all.")
  private Optional<Integer> top = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      description = "Lines for people (the default), or JSON Lines.")
  private Output output = Output.TEXT;

  @Option(
      names = "--time",
      description = "Also time a single prediction of the first text after a warm-up.")
  private boolean time;

  @Mixin private JsonOption json = new JsonOption();
  @Mixin private EngineOption engine = new EngineOption();

  @Override
  public void run() {
    if (top.orElse(1) < 1) {
      throw console.misuse("--top is 1 or more, not " + top.orElse(1) + ".");
    }
    texts.requireOnePlace(arguments, console);
    new CommandFiles()
        .readsModel(model)
        .reads("the texts", texts.file())
        .writes("--json", json.file())
        .requireDistinct();
    if (isOfPairs()) {
      predictPairs();
      return;
    }
    try (TextInput input = texts.open(arguments, console)) {
      long start = System.nanoTime();
      try (Engine started = engine.start(EngineChoice.Purpose.ANSWER);
          TextPipeline pipeline = TextPipeline.open(model, started)) {
        predict(pipeline, input, secondsSince(start));
      }
    }
  }

  private boolean isOfPairs() {
    ModelFolder files = new ModelFolder(model).requireComplete();
    return EncoderFolder.typeOf(files).equals(RegressorFolder.MODEL_TYPE);
  }

  private void predictPairs() {
    if (time || top.isPresent()) {
      throw console.misuse("--time and --top are for models that tell classes.");
    }
    try (PairInput input = texts.pairs(arguments, console);
        Engine started = engine.start(EngineChoice.Purpose.ANSWER);
        PairPipeline pipeline = PairPipeline.open(model, started)) {
      PairPredictions predictions = new PairPredictions(pipeline, output == Output.JSON);
      for (List<TextExample> some = input.next(TEXTS_AT_ONCE);
          !some.isEmpty();
          some = input.next(TEXTS_AT_ONCE)) {
        predictions.print(some, json.text());
        console.requireWritten();
      }
      input.warning().ifPresent(console::warn);
      json.write(predictions.figures(model, started.name(), engine.threads()));
    }
  }

  private void predict(TextPipeline pipeline, TextInput input, double loadSeconds) {
    List<InputText> some = input.next(TEXTS_AT_ONCE);
    String first = some.isEmpty() ? "" : some.getFirst().text();
    Tally tally = new Tally();
    long start = System.nanoTime();
    while (!some.isEmpty()) {
      predict(pipeline, some, tally);
      console.requireWritten();
      some = input.next(TEXTS_AT_ONCE);
    }
    double seconds = secondsSince(start);
    input.warning().ifPresent(console::warn);
    tally.warning().ifPresent(console::warn);
    Optional<Timing> timing = time ? Optional.of(Timing.of(pipeline, first)) : Optional.empty();
    String engineName = pipeline.model().engine().name();
    timing.ifPresent(t -> console.say(t.sentence(engineName, engine.threads())));
    json.write(
        new PredictionFigures(
            model,
            engineName,
            engine.threads(),
            tally.texts(),
            loadSeconds,
            seconds,
            tally.predicted(),
            tally.cutTexts(),
            tally.cutTokens(),
            timing));
  }

  private void predict(TextPipeline pipeline, List<InputText> some, Tally tally) {
    List<Prediction> predictions = pipeline.predict(some.stream().map(InputText::text).toList());
    List<String> labels = pipeline.model().config().task().labels();
    PredictionLine line = new PredictionLine(labels, top.orElse(defaultTop(labels)));
    PrintWriter out = json.text();
    for (int i = 0; i < some.size(); i++) {
      Prediction prediction = predictions.get(i);
      tally.add(prediction);
      out.println(
          switch (output) {
            case TEXT -> line.text(some.get(i), prediction);
            case JSON -> line.json(some.get(i), prediction);
          });
    }
  }

  private int defaultTop(List<String> labels) {
    return output == Output.JSON ? labels.size() : 1;
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
