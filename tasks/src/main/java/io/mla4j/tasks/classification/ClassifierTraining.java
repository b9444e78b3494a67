package io.mla4j.tasks.classification;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.classification.Classification;
import io.mla4j.training.classification.ClassificationConfig;
import io.mla4j.training.objective.Monitor;

/**
 * How a classifier is trained. In files the settings of both parts stand side by side.
 *
 * @param loop as for any model
 * @param labels what is made of the labels
 */
public record ClassifierTraining(
    @JsonUnwrapped TrainingConfig loop, @JsonUnwrapped ClassificationConfig labels) {

  public ClassifierTraining {
    Monitor.named(loop.monitoring().monitor(), Classification.MONITORS);
  }

  static ClassifierTraining defaults() {
    return new ClassifierTraining(
        TrainingConfig.defaults(Classification.MONITORS.getFirst().figure()),
        ClassificationConfig.defaults());
  }
}
