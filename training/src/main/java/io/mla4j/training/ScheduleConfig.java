package io.mla4j.training;

import io.mla4j.training.optimizer.Optimizer;
import io.mla4j.training.optimizer.Schedule;
import io.mla4j.training.optimizer.ScheduleKind;

/**
 * How the learning rate goes.
 *
 * @param schedule how it goes down
 * @param warmupFraction share of all steps over which it rises
 * @param finalFraction share of the highest rate that is left at the end
 */
public record ScheduleConfig(ScheduleKind schedule, double warmupFraction, double finalFraction) {

  public ScheduleConfig {
    if (!(warmupFraction >= 0 && warmupFraction < 1)) {
      throw new IllegalArgumentException(
          "warmupFraction is at least 0 and less than 1, not " + warmupFraction + ".");
    }
    if (!(finalFraction >= 0 && finalFraction <= 1)) {
      throw new IllegalArgumentException(
          "finalFraction is from 0 to 1, not " + finalFraction + ".");
    }
  }

  /** Down to nothing. */
  public ScheduleConfig(ScheduleKind schedule, double warmupFraction) {
    this(schedule, warmupFraction, 0);
  }

  /** Up for a twentieth of the steps, then down along half a cosine. */
  public static ScheduleConfig defaults() {
    return new ScheduleConfig(ScheduleKind.COSINE, 0.05);
  }

  Schedule over(Optimizer optimizer, long totalSteps) {
    long warmup = Math.round(warmupFraction * totalSteps);
    return new Schedule(optimizer, schedule, warmup, totalSteps, finalFraction);
  }
}
