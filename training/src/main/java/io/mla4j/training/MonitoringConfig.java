package io.mla4j.training;

import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;

/**
 * When the model is measured on the validation data, and what follows.
 *
 * @param monitor the figure whose best model is kept; one of the objective's
 * @param patience evaluations without improvement after which training stops; 0 for never
 * @param evaluateEverySteps 0 for once an epoch
 */
public record MonitoringConfig(String monitor, int patience, int evaluateEverySteps) {

  public MonitoringConfig {
    Bounds.atLeast("patience", patience, 0);
    Bounds.atLeast("evaluateEverySteps", evaluateEverySteps, 0);
  }

  /** Once an epoch to the end. */
  public static MonitoringConfig of(String monitor) {
    return new MonitoringConfig(monitor, 0, 0);
  }

  /** The figure in its objective's terms. */
  Monitor of(Objective<?> objective) {
    return Monitor.named(monitor, objective.monitors());
  }
}
