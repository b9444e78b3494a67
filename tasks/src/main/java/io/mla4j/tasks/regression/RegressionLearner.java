package io.mla4j.tasks.regression;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.batch.PairBatch;
import io.mla4j.data.batch.PairLoader;
import io.mla4j.models.pair.PairRegressor;
import io.mla4j.models.pair.PairRegressorConfig;
import io.mla4j.models.pair.RegressorFolder;
import io.mla4j.nn.Initializer;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Learner;
import io.mla4j.tensor.Engine;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.regression.Regression;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A pair regressor that learns from pairs of texts with a number each. */
final class RegressionLearner implements Learner<PairBatch> {

  private final RegressionRecipe recipe;
  private final RegressionData data;
  private final PairRegressor model;
  private final Regression<PairRegressor> objective;

  RegressionLearner(
      RegressionRecipe recipe, PairRegressorConfig config, RegressionData data, Engine engine) {
    this.recipe = recipe;
    this.data = data;
    this.model = new PairRegressor(config, Initializer.random(engine, recipe.seed()));
    this.objective = new Regression<>(model, engine);
  }

  @Override
  public PairRegressor model() {
    return model;
  }

  @Override
  public Regression<PairRegressor> objective() {
    return objective;
  }

  @Override
  public TrainingConfig training() {
    return recipe.training().loop();
  }

  @Override
  public PairLoader train() {
    return data.train();
  }

  @Override
  public PairLoader validation() {
    return data.validation();
  }

  @Override
  public void writeConfig(Path folder, Provenance provenance) {
    RegressorFolder files = new RegressorFolder(folder);
    data.tokenizer().write(files.files().tokenizerFile());
    files.files().writeConfig(model.description(), provenance);
  }

  @Override
  public void writeWeights(Path folder) {
    new RegressorFolder(folder).writeWeights(model);
  }

  @Override
  public void readWeights(Path folder) {
    new RegressorFolder(folder).readWeights(model);
  }

  @Override
  public long measuredExamples() {
    return measuredOn().examplesPerEpoch();
  }

  private PairLoader measuredOn() {
    return data.test().orElse(data.validation());
  }

  @Override
  public Findings measure(LongConsumer progress) {
    PairLoader pairs = measuredOn();
    return new RegressionFindings(
            model.config(), objective.evaluate(pairs, progress), data.test().isPresent())
        .of(model.parameterCount(), pairs.examples());
  }

  @Override
  public void close() {
    model.close();
  }
}
