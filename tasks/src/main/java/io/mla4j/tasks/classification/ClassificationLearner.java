package io.mla4j.tasks.classification;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Learner;
import io.mla4j.tensor.Engine;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.classification.Classification;
import io.mla4j.training.classification.ClassificationEvaluation;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A text classifier that learns from labelled texts. */
final class ClassificationLearner implements Learner<TextBatch> {

  private final ClassificationRecipe recipe;
  private final ClassificationData data;
  private final TextClassifier model;
  private final Classification<TextClassifier> objective;

  ClassificationLearner(
      ClassificationRecipe recipe,
      TextClassifierConfig config,
      ClassificationData data,
      Engine engine) {
    this.recipe = recipe;
    this.data = data;
    this.model = new TextClassifier(config, Initializer.random(engine, recipe.seed()));
    this.objective = Classification.of(model, engine, data.train(), recipe.training().labels());
  }

  @Override
  public TextClassifier model() {
    return model;
  }

  @Override
  public Classification<TextClassifier> objective() {
    return objective;
  }

  @Override
  public TrainingConfig training() {
    return recipe.training().loop();
  }

  @Override
  public DocumentSource train() {
    return data.train();
  }

  @Override
  public DocumentSource validation() {
    return data.validation();
  }

  @Override
  public void writeConfig(Path folder, Provenance provenance) {
    new ClassifierFolder(folder).writeConfig(model.config(), data.tokenizer(), provenance);
  }

  @Override
  public void writeWeights(Path folder) {
    new ClassifierFolder(folder).writeWeights(model);
  }

  @Override
  public void readWeights(Path folder) {
    new ClassifierFolder(folder).readWeights(model);
  }

  @Override
  public long measuredExamples() {
    return measuredOn().documentsPerEpoch();
  }

  private DataLoader measuredOn() {
    return data.test().orElse(data.validation());
  }

  @Override
  public Findings measure(LongConsumer progress) {
    DataLoader documents = measuredOn();
    SampleChooser samples = new SampleChooser(data.labels());
    ClassificationEvaluation evaluation = objective.evaluate(documents, progress, samples::add);
    return new ClassificationFindings(model.config(), evaluation, data.test().isPresent())
        .of(model.parameterCount(), samples.choose(documents.examples()));
  }

  @Override
  public void close() {
    model.close();
  }
}
