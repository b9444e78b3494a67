package io.mla4j.tasks.regression;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.regression.Regression;

/**
 * How a regressor is trained.
 *
 * @param loop as for any model
 */
public record RegressorTraining(@JsonUnwrapped TrainingConfig loop) {

  public RegressorTraining {
    Monitor.named(loop.monitoring().monitor(), Regression.MONITORS);
  }

  static RegressorTraining defaults() {
    return new RegressorTraining(TrainingConfig.defaults(Regression.MONITORS.getFirst().figure()));
  }
}
