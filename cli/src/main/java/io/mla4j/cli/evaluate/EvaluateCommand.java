package io.mla4j.cli.evaluate;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.DataOptions;
import io.mla4j.cli.option.EngineOption;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.PairLoader;
import io.mla4j.data.corpus.Corpus;
import io.mla4j.data.corpus.TokenCorpus;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalFamilies;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.models.encoder.EncoderFolder;
import io.mla4j.models.pair.PairPipeline;
import io.mla4j.models.pair.PairRegressorConfig;
import io.mla4j.models.pair.RegressorFolder;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineProvider;
import io.mla4j.tensor.Engines;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a model on labelled documents, on pairs of texts with a number each, or on a text. */
@Command(
    name = "evaluate",
    description =
        "Measures a model on labelled documents: accuracy, macro-F1, calibration, the figures of"
            + " each class, and which classes are taken for which. A model of pairs of texts is"
            + " measured by the correlation of its numbers with the true ones; a language model by"
            + " its perplexity on a text and the bits it needs for a byte of it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j evaluate runs/spam datasets/spam-assassin/test.jsonl",
      "  ./mla4j evaluate runs/spam mails.csv --text-column body --label-column kind",
      "  ./mla4j evaluate runs/spam test.jsonl --json figures.json --predictions each.jsonl",
      "  ./mla4j evaluate runs/spam test.jsonl --compare-engines",
      "      does the native engine give what torch gives?",
      "  ./mla4j evaluate runs/stsb datasets/stsb/test.jsonl",
      "  ./mla4j evaluate runs/tiny-shakespeare datasets/tiny-shakespeare/validation.txt",
      "  ./mla4j evaluate Llama-3.2-1B book.txt --context 2048 --stride 512"
    })
public final class EvaluateCommand implements Runnable {

  @Mixin private Console console = new Console();

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model's folder.")
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description =
          "JSON, JSON Lines, CSV, TSV (each also .gz) or Parquet; for a language model also plain"
              + " text, or a folder of files.")
  private Path data = Path.of("");

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      defaultValue = "label",
      description =
          "Column or field with the class, or with a pair's number; ${DEFAULT-VALUE} if left out.")
  private String labelColumn = "label";

  @Mixin private DataOptions reading = new DataOptions();
  @Mixin private WindowOptions window = new WindowOptions();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Documents at once; ${DEFAULT-VALUE} if left out.")
  private int batchSize = 32;

  @Option(
      names = "--compare-engines",
      description = "Run the other engine on the same documents too, and compare.")
  private boolean compareEngines;

  @Option(names = "--all-classes", description = "Show every class even where there are many.")
  private boolean allClasses;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write every prediction to FILE as a line of JSON.")
  private Optional<Path> predictions = Optional.empty();

  @Mixin private JsonOption json = new JsonOption();
  @Mixin private EngineOption engine = new EngineOption();

  @Override
  public void run() {
    if (batchSize < 1) {
      throw console.misuse("--batch-size is 1 or more, not " + batchSize + ".");
    }
    new CommandFiles()
        .readsModel(model)
        .reads("the data", data)
        .writes("--predictions", predictions)
        .writes("--json", json.file())
        .requireDistinct();
    ModelFolder files = new ModelFolder(model).requireComplete();
    if (CausalFamilies.isCausal(files.readConfig())) {
      measureText();
    } else if (EncoderFolder.typeOf(files).equals(RegressorFolder.MODEL_TYPE)) {
      measurePairs(new RegressorFolder(model));
    } else {
      measureDocuments(new ClassifierFolder(model));
    }
  }

  private void measureText() {
    if (predictions.isPresent()) {
      throw console.misuse("--predictions is for models of labelled documents or pairs.");
    }
    TextRun.Window chosen = window.of(model);
    Corpus read = Corpus.of(data, source -> reading.texts(source.file()));
    try (Tokenizer tokenizer = Tokenizer.load(new ModelFolder(model).requireTokenizer())) {
      TokenCorpus text = TokenCorpus.encode("given", read, tokenizer, done -> {});
      read.rows().warning().ifPresent(console::warn);
      TextRun run = measure(engine.start(EngineChoice.Purpose.MEASURE), text, chosen);
      run.print(json.text(), engine.threads());
      Map<String, Object> figures = run.figures(model, data, engine.threads());
      if (compareEngines) {
        Engine other = engine.start(otherThan(run.engine()));
        TextRun.Agreement agreement = run.agreement(measure(other, text, chosen));
        TextRun.print(json.text(), agreement);
        figures.put("agreement", agreement);
      }
      json.write(figures);
    }
  }

  private TextRun measure(Engine started, TokenCorpus text, TextRun.Window chosen) {
    long tokens = text.tokens() - text.documents();
    try (started;
        Progress progress =
            Progress.start(console, "evaluating on " + started.name(), "tokens", tokens)) {
      return TextRun.of(model, started, text, chosen, progress::at);
    }
  }

  private void measurePairs(RegressorFolder folder) {
    PairRegressorConfig config = folder.readConfig();
    try (Tokenizer tokenizer = folder.readTokenizer(config)) {
      TextSource.Contents read = reading.pairs(data, Optional.of(labelColumn)).read();
      ContextWindow window = PairPipeline.window(config, tokenizer);
      PairLoader pairs =
          new PairLoader(read.examples(), tokenizer, window, batchSize, OptionalLong.empty());
      pairs.lengths().warning().ifPresent(console::warn);
      read.report().warning().ifPresent(console::warn);
      PairRun run = measure(folder, engine.start(EngineChoice.Purpose.MEASURE), pairs);
      run.print(json.text(), engine.threads());
      Map<String, Object> figures = run.figures(model, data, engine.threads(), pairs);
      if (compareEngines) {
        Engine other = engine.start(otherThan(run.engine()));
        PairRun.Agreement agreement = run.agreement(measure(folder, other, pairs));
        PairRun.print(json.text(), agreement);
        figures.put("agreement", agreement);
      }
      predictions.ifPresent(file -> run.writePredictions(file, pairs.examples()));
      json.write(figures);
    }
  }

  private PairRun measure(RegressorFolder folder, Engine started, PairLoader pairs) {
    try (started;
        Progress progress =
            Progress.start(
                console, "evaluating on " + started.name(), "pairs", pairs.examplesPerEpoch())) {
      return PairRun.of(folder, started, pairs, progress::at);
    }
  }

  private void measureDocuments(ClassifierFolder folder) {
    TextClassifierConfig config = folder.readConfig();
    try (Tokenizer tokenizer = folder.readTokenizer(config)) {
      DataLoader documents = load(config, tokenizer);
      warn(documents);
      EngineRun run = measure(folder, engine.start(EngineChoice.Purpose.MEASURE), documents);
      Optional<Agreement> agreement =
          compareEngines ? Optional.of(compare(folder, run, documents)) : Optional.empty();
      print(run, agreement);
      predictions.ifPresent(file -> PredictionFile.write(file, run, documents.examples()));
      json.write(EvaluationFigures.of(model, data, engine.threads(), run, documents, agreement));
    }
  }

  private DataLoader load(TextClassifierConfig config, Tokenizer tokenizer) {
    return DataLoader.builder(data, tokenizer)
        .source(reading.labelled(data, labelColumn))
        .window(TextPipeline.window(config, tokenizer))
        .labels(LabelSet.of(config.task().labels()))
        .batchSize(batchSize)
        .sequential()
        .build();
  }

  private void warn(DataLoader documents) {
    documents.lengths().warning().ifPresent(console::warn);
    documents.rows().warning().ifPresent(console::warn);
  }

  private EngineRun measure(ClassifierFolder folder, Engine started, DataLoader documents) {
    String task = "evaluating on " + started.name();
    try (started;
        Progress progress =
            Progress.start(console, task, "documents", documents.documentsPerEpoch())) {
      return EngineRun.of(folder, started, documents, progress::at);
    }
  }

  private Agreement compare(ClassifierFolder folder, EngineRun run, DataLoader documents) {
    Engine other = engine.start(otherThan(run.engine()));
    return Agreement.of(run, measure(folder, other, documents));
  }

  private static String otherThan(String engine) {
    return Engines.all().stream()
        .map(EngineProvider::name)
        .filter(name -> !name.equals(engine))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "There is no other engine to compare %s with on the class path."
                        .formatted(engine)));
  }

  private void print(EngineRun run, Optional<Agreement> agreement) {
    PrintWriter out = json.text();
    new EvaluationText(run, engine.threads(), allClasses).print(out);
    agreement.ifPresent(found -> EvaluationText.print(found, out));
  }
}
