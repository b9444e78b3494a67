package io.mla4j.cli.train;

import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.telemetry.report.SamplePrediction;
import io.mla4j.tensor.DType;
import io.mla4j.training.TrainingOutcome;
import io.mla4j.training.evaluation.Evaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A training run that ended.
 *
 * @param evaluation of the kept model; empty if training was interrupted
 * @param onTest whether it is on the test data rather than on the validation data
 */
record TrainedClassifier(
    Recipe recipe,
    Path folder,
    TextClassifierConfig model,
    long parameters,
    TrainingOutcome outcome,
    Optional<Evaluation> evaluation,
    boolean onTest,
    List<SamplePrediction> samples) {

  static TrainedClassifier interrupted(
      Recipe recipe, Path folder, TextClassifierConfig model, TrainingOutcome outcome) {
    return new TrainedClassifier(
        recipe, folder, model, 0, outcome, Optional.empty(), false, List.of());
  }

  boolean completed() {
    return evaluation.isPresent();
  }

  Evaluation figures() {
    return evaluation.orElseThrow(
        () -> new IllegalStateException("An interrupted run has no figures."));
  }

  /** Bytes a token adds to the caches of all layers in float32. */
  long cacheBytesPerToken() {
    return model.cacheBytesPerToken(DType.FLOAT32);
  }

  /** The same for dense attention of as many heads. */
  long denseCacheBytesPerToken() {
    return model.denseBaseline().cacheBytesPerToken(DType.FLOAT32);
  }
}
