package io.mla4j.tasks.classification;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.DataLoaderBuilder;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.label.HeldOut;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextReader;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.tasks.DataReport;
import io.mla4j.tasks.Learner;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.RunTokenizer;
import io.mla4j.tasks.recipe.SplitFiles;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A run's texts as batches, its classes and its tokenizer. */
final class ClassificationData implements Prepared<ClassificationRecipe> {

  private final ClassificationRecipe recipe;
  private final RunListener listener;
  private final Tokenizer tokenizer;
  private final LabelSet labels;
  private final DocumentSource train;
  private final DataLoader validation;
  private final Optional<DataLoader> test;
  private final Map<String, RowReport> rows = new TreeMap<>();
  private final DataReport report = DataReport.empty();

  /**
   * Reads the texts and reads or trains the tokenizer.
   *
   * @param folder of the run, which keeps the tokenizer
   * @param resumed whether the tokenizer there is the run's own
   * @param listener hears what is being done and what the user should know
   */
  ClassificationData(
      ClassificationRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    this.recipe = recipe;
    this.listener = listener;
    Path kept = new ModelFolder(folder).tokenizerFile();
    TextSource source = recipe.data().reading().source(recipe.data().files().requireTrain());
    if (recipe.data().streamBuffer() > 0) {
      this.tokenizer = tokenizer(kept, resumed, () -> texts(source.open()));
      DocumentSource streamed =
          settings(DataLoader.builder(source.file(), tokenizer).source(source), recipe.model())
              .shuffleSeed(recipe.seed())
              .stream(recipe.data().streamBuffer());
      this.train = streamed;
      this.labels = streamed.labels();
      Path heldOut = recipe.data().files().validation().orElseThrow();
      this.validation = sequential(SplitFiles.VALIDATION, read(SplitFiles.VALIDATION, heldOut));
    } else {
      List<TextExample> all = read(SplitFiles.TRAINING, source.file());
      HeldOut split = split(all);
      this.labels = LabelSet.in(split.train());
      this.tokenizer =
          tokenizer(kept, resumed, () -> split.train().stream().map(TextExample::text).iterator());
      this.train =
          encoded(
              SplitFiles.TRAINING, split.train(), builder -> builder.shuffleSeed(recipe.seed()));
      this.validation = sequential(SplitFiles.VALIDATION, split.heldOut());
    }
    this.test =
        recipe
            .data()
            .files()
            .test()
            .map(file -> sequential(SplitFiles.TEST, read(SplitFiles.TEST, file)));
    report(SplitFiles.TRAINING, train);
    report(SplitFiles.VALIDATION, validation);
    test.ifPresent(loader -> report(SplitFiles.TEST, loader));
    report.warnings().forEach(listener::warn);
  }

  private void report(String part, DocumentSource source) {
    long documents = source.documentsPerEpoch();
    RowReport read = rows.getOrDefault(part, source.rows());
    report.add(part, documents, documents, read, source.lengths());
  }

  private HeldOut split(List<TextExample> all) {
    SplitFiles files = recipe.data().files();
    return files.validation().isPresent()
        ? new HeldOut(all, read(SplitFiles.VALIDATION, files.validation().get()))
        : HeldOut.stratified(all, files.heldOutShare(), recipe.seed());
  }

  private List<TextExample> read(String part, Path file) {
    TextSource.Contents contents = recipe.data().reading().source(file).read();
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

  private Tokenizer tokenizer(Path kept, boolean resumed, Iterable<String> texts) {
    return RunTokenizer.of(recipe.tokenizer(), kept, resumed, texts, listener);
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
    String work = "encoding " + part + " texts";
    try (RunListener.Stage stage =
        listener.stage(work, "texts", OptionalLong.of(examples.size()))) {
      DataLoaderBuilder builder =
          settings(DataLoader.builder(examples, tokenizer), recipe.model())
              .labels(labels)
              .progress(stage::at);
      return order.apply(builder).build();
    }
  }

  @Override
  public Learner<?> learner(ClassificationRecipe variant, Engine engine) {
    TextClassifierConfig config =
        variant.model().resolved(tokenizer.vocabularySize(), labels.names());
    return new ClassificationLearner(variant, config, this, engine);
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  LabelSet labels() {
    return labels;
  }

  DocumentSource train() {
    return train;
  }

  DataLoader validation() {
    return validation;
  }

  Optional<DataLoader> test() {
    return test;
  }

  @Override
  public DataReport report() {
    return report;
  }

  @Override
  public Map<String, String> checksums() {
    return recipe.data().files().checksums();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
