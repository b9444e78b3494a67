package io.mla4j.cli.train;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.tokenizer.VocabularyProgress;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.DataLoaderBuilder;
import io.mla4j.data.label.HeldOut;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextReader;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.files.Checksum;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.classifier.TextPipeline;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A run's texts as batches, its classes and its tokenizer. */
final class TrainingData implements AutoCloseable {

  private static final String TRAINING = "training";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  private final Recipe recipe;
  private final boolean resumed;
  private final Console console;
  private final Tokenizer tokenizer;
  private final LabelSet labels;
  private final BatchSource train;
  private final DataLoader validation;
  private final Optional<DataLoader> test;
  private final Map<String, RowReport> rows = new TreeMap<>();
  private final DataReport report = DataReport.empty();

  /**
   * Reads the texts and reads or trains the tokenizer.
   *
   * @param tokenizerFile where the run keeps its tokenizer
   * @param resumed whether the tokenizer there is the run's own
   * @param console hears what is being done and what the user should know
   */
  TrainingData(Recipe recipe, Path tokenizerFile, boolean resumed, Console console) {
    this.recipe = recipe;
    this.resumed = resumed;
    this.console = console;
    TextSource source = recipe.data().source(trainFile());
    if (recipe.data().streamBuffer() > 0) {
      this.tokenizer = tokenizer(tokenizerFile, () -> texts(source.open()));
      BatchSource streamed =
          settings(DataLoader.builder(source.file(), tokenizer).source(source), recipe.model())
              .shuffleSeed(recipe.training().seed())
              .stream(recipe.data().streamBuffer());
      this.train = streamed;
      this.labels = streamed.labels();
      List<TextExample> heldOut = read(VALIDATION, recipe.data().validation().orElseThrow());
      this.validation = sequential(VALIDATION, heldOut);
    } else {
      List<TextExample> all = read(TRAINING, source.file());
      HeldOut split = split(all);
      this.labels = LabelSet.in(split.train());
      this.tokenizer =
          tokenizer(tokenizerFile, () -> split.train().stream().map(TextExample::text).iterator());
      this.train =
          encoded(
              TRAINING, split.train(), builder -> builder.shuffleSeed(recipe.training().seed()));
      this.validation = sequential(VALIDATION, split.heldOut());
    }
    this.test = recipe.data().test().map(file -> sequential(TEST, read(TEST, file)));
    report(TRAINING, train);
    report(VALIDATION, validation);
    test.ifPresent(loader -> report(TEST, loader));
    report.warnings().forEach(console::warn);
  }

  private void report(String part, BatchSource source) {
    RowReport read = rows.getOrDefault(part, source.rows());
    report.add(part, source.documentsPerEpoch(), read, source.lengths());
  }

  private Path trainFile() {
    return recipe
        .data()
        .train()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The recipe names no training data: set data.train to a file."));
  }

  private HeldOut split(List<TextExample> all) {
    DataSection data = recipe.data();
    return data.validation().isPresent()
        ? new HeldOut(all, read(VALIDATION, data.validation().get()))
        : HeldOut.stratified(all, data.heldOutShare(), recipe.training().seed());
  }

  private List<TextExample> read(String part, Path file) {
    TextSource.Contents contents = recipe.data().source(file).read();
    rows.put(part, contents.report());
    return contents.examples();
  }

  private static Iterator<String> texts(TextReader reader) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        boolean more = reader.hasNext();
        if (!more) {
          reader.close();
        }
        return more;
      }

      @Override
      public String next() {
        return reader.next().text();
      }
    };
  }

  private Tokenizer tokenizer(Path runFile, Iterable<String> texts) {
    if (!resumed) {
      if (recipe.tokenizer().file().isPresent()) {
        Tokenizer given = Tokenizer.load(recipe.tokenizer().file().get());
        given.write(runFile);
        return given;
      }
      BpeOptions options = recipe.tokenizer().options();
      console.say(
          "Training a tokenizer of %,d tokens on the training texts."
              .formatted(options.vocabularySize()));
      try (VocabularyProgress progress = new VocabularyProgress(console)) {
        BpeTrainer.train(texts, options, progress).write(runFile);
      }
    }
    return Tokenizer.load(runFile);
  }

  private DataLoaderBuilder settings(DataLoaderBuilder builder, TextClassifierConfig config) {
    ContextWindow window = TextPipeline.window(config, tokenizer);
    return builder.window(window).batchSize(recipe.data().batchSize());
  }

  /** Batches in an order of their own, for measuring. */
  private DataLoader sequential(String part, List<TextExample> examples) {
    return encoded(part, examples, DataLoaderBuilder::sequential);
  }

  private DataLoader encoded(
      String part, List<TextExample> examples, UnaryOperator<DataLoaderBuilder> order) {
    String task = "encoding " + part + " texts";
    try (Progress progress = Progress.start(console, task, "texts", examples.size())) {
      DataLoaderBuilder builder =
          settings(DataLoader.builder(examples, tokenizer), recipe.model())
              .labels(labels)
              .progress(progress::at);
      return order.apply(builder).build();
    }
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  LabelSet labels() {
    return labels;
  }

  /** A model's configuration with this data's vocabulary and classes filled in. */
  TextClassifierConfig resolved(TextClassifierConfig model) {
    return model.resolved(tokenizer.vocabularySize(), labels.names());
  }

  BatchSource train() {
    return train;
  }

  DataLoader validation() {
    return validation;
  }

  Optional<DataLoader> test() {
    return test;
  }

  DataReport report() {
    return report;
  }

  /** SHA-256 of every data file by what it is for, wherever it lies. */
  Map<String, String> checksums() {
    Map<String, String> checksums = new TreeMap<>();
    DataSection data = recipe.data();
    data.train().ifPresent(file -> checksums.put(TRAINING, Checksum.of(file)));
    data.validation().ifPresent(file -> checksums.put(VALIDATION, Checksum.of(file)));
    data.test().ifPresent(file -> checksums.put(TEST, Checksum.of(file)));
    return checksums;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
