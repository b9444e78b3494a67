package io.mla4j.training;

import io.mla4j.training.optimizer.Optimizer;
import io.mla4j.training.optimizer.Schedule;
import io.mla4j.training.optimizer.ScheduleKind;

/**
 * How the learning rate goes.
 *
 * @param schedule how it goes down
 * @param warmupFraction share of all steps over which it rises
 */
public record ScheduleConfig(ScheduleKind schedule, double warmupFraction) {

  public ScheduleConfig {
    if (!(warmupFraction >= 0 && warmupFraction < 1)) {
      throw new IllegalArgumentException(
          "warmupFraction is at least 0 and less than 1, not " + warmupFraction + ".");
    }
  }

  /** Up for a twentieth of the steps, then down along half a cosine. */
  public static ScheduleConfig defaults() {
    return new ScheduleConfig(ScheduleKind.COSINE, 0.05);
  }

  Schedule over(Optimizer optimizer, long totalSteps) {
    return new Schedule(optimizer, schedule, Math.round(warmupFraction * totalSteps), totalSteps);
  }
}
