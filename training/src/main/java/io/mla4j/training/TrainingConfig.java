package io.mla4j.training;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.training.optimizer.AdamWSettings;

/**
 * How a model is trained, whatever for. In files the settings of all parts stand side by side.
 *
 * @param epochs passes over the training data
 * @param rates how the learning rate goes
 * @param step how gradients become a step
 * @param monitoring when the model is measured, and by which figure the best one is told
 * @param recovery what protects the run
 * @param seed of everything random
 */
public record TrainingConfig(
    int epochs,
    AdamWSettings optimizer,
    @JsonUnwrapped ScheduleConfig rates,
    @JsonUnwrapped StepConfig step,
    @JsonUnwrapped MonitoringConfig monitoring,
    @JsonUnwrapped RecoveryConfig recovery,
    long seed) {

  public TrainingConfig {
    Bounds.atLeast("epochs", epochs, 1);
  }

  /**
   * Sound settings for a small model from scratch.
   *
   * @param monitor the figure by which the best model is told, one of the objective's
   */
  public static TrainingConfig defaults(String monitor) {
    return new TrainingConfig(
        10,
        AdamWSettings.of(1e-3),
        ScheduleConfig.defaults(),
        StepConfig.defaults(),
        MonitoringConfig.of(monitor),
        RecoveryConfig.defaults(),
        42);
  }

  public TrainingConfig withEpochs(int count) {
    return new TrainingConfig(count, optimizer, rates, step, monitoring, recovery, seed);
  }

  public TrainingConfig withOptimizer(AdamWSettings settings) {
    return new TrainingConfig(epochs, settings, rates, step, monitoring, recovery, seed);
  }

  public TrainingConfig withRates(ScheduleConfig other) {
    return new TrainingConfig(epochs, optimizer, other, step, monitoring, recovery, seed);
  }

  public TrainingConfig withStep(StepConfig other) {
    return new TrainingConfig(epochs, optimizer, rates, other, monitoring, recovery, seed);
  }

  public TrainingConfig withMonitoring(MonitoringConfig other) {
    return new TrainingConfig(epochs, optimizer, rates, step, other, recovery, seed);
  }

  public TrainingConfig withRecovery(RecoveryConfig other) {
    return new TrainingConfig(epochs, optimizer, rates, step, monitoring, other, seed);
  }

  public TrainingConfig withSeed(long value) {
    return new TrainingConfig(epochs, optimizer, rates, step, monitoring, recovery, value);
  }
}
