package io.mla4j.tasks.regression;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.data.batch.PairLoader;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.pair.PairPipeline;
import io.mla4j.models.pair.PairRegressorConfig;
import io.mla4j.tasks.DataReport;
import io.mla4j.tasks.Learner;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.RunTokenizer;
import io.mla4j.tasks.recipe.SplitFiles;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A run's pairs of texts as batches, and its tokenizer. */
final class RegressionData implements Prepared<RegressionRecipe> {

  private final RegressionRecipe recipe;
  private final Tokenizer tokenizer;
  private final PairLoader train;
  private final PairLoader validation;
  private final Optional<PairLoader> test;
  private final DataReport report = DataReport.empty();

  /**
   * Reads the pairs and reads or trains the tokenizer.
   *
   * @param folder of the run, which keeps the tokenizer
   * @param resumed whether the tokenizer there is the run's own
   * @param listener hears what is being done and what the user should know
   */
  RegressionData(RegressionRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    this.recipe = recipe;
    SplitFiles files = recipe.data().files();
    Path heldOut = recipe.data().requireValidation();
    TextSource.Contents learnt = read(files.requireTrain());
    Iterable<String> texts =
        () -> learnt.examples().stream().flatMap(RegressionData::texts).iterator();
    this.tokenizer =
        RunTokenizer.of(
            recipe.tokenizer(), new ModelFolder(folder).tokenizerFile(), resumed, texts, listener);
    this.train = loader(SplitFiles.TRAINING, learnt, OptionalLong.of(recipe.seed()));
    this.validation = loader(SplitFiles.VALIDATION, read(heldOut), OptionalLong.empty());
    this.test = files.test().map(file -> loader(SplitFiles.TEST, read(file), OptionalLong.empty()));
    report.warnings().forEach(listener::warn);
  }

  private static Stream<String> texts(TextExample example) {
    return Stream.concat(Stream.of(example.text()), example.pair().stream());
  }

  private TextSource.Contents read(Path file) {
    return recipe.data().source(file).read();
  }

  private PairLoader loader(String part, TextSource.Contents contents, OptionalLong seed) {
    List<TextExample> pairs = contents.examples();
    PairLoader loader =
        new PairLoader(
            pairs,
            tokenizer,
            PairPipeline.window(recipe.model(), tokenizer),
            recipe.data().batchSize(),
            seed);
    report.add(part, pairs.size(), 2L * pairs.size(), contents.report(), loader.lengths());
    return loader;
  }

  @Override
  public Learner<?> learner(RegressionRecipe variant, Engine engine) {
    PairRegressorConfig config =
        variant.model().resolved(tokenizer.vocabularySize(), train.targets());
    return new RegressionLearner(variant, config, this, engine);
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  PairLoader train() {
    return train;
  }

  PairLoader validation() {
    return validation;
  }

  Optional<PairLoader> test() {
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
