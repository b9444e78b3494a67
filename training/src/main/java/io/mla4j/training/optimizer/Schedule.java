package io.mla4j.training.optimizer;

/**
 * Sets an optimizer's learning rate step by step: up in a straight line over the warm-up, then down
 * as its kind says, to a share of the highest or to none. The rate is a function of the step alone,
 * so that a resumed run has the same.
 */
public final class Schedule {

  private final Optimizer optimizer;
  private final ScheduleKind kind;
  private final long warmupSteps;
  private final long totalSteps;
  private final double finalFraction;
  private double factor = 1;
  private long step;

  /** Down to nothing. */
  public Schedule(Optimizer optimizer, ScheduleKind kind, long warmupSteps, long totalSteps) {
    this(optimizer, kind, warmupSteps, totalSteps, 0);
  }

  /**
   * A schedule.
   *
   * @param finalFraction of the highest rate, which is left at the end
   */
  public Schedule(
      Optimizer optimizer,
      ScheduleKind kind,
      long warmupSteps,
      long totalSteps,
      double finalFraction) {
    if (warmupSteps < 0 || totalSteps < 1 || warmupSteps > totalSteps) {
      throw new IllegalArgumentException(
          "A schedule has 1 step or more and a warm-up within them, not %d of %d."
              .formatted(warmupSteps, totalSteps));
    }
    this.optimizer = optimizer;
    this.kind = kind;
    this.warmupSteps = warmupSteps;
    this.totalSteps = totalSteps;
    this.finalFraction = finalFraction;
    set(0);
  }

  /** Cosine annealing without warm-up. */
  public static Schedule cosine(Optimizer optimizer, long totalSteps) {
    return new Schedule(optimizer, ScheduleKind.COSINE, 0, totalSteps);
  }

  public ScheduleKind kind() {
    return kind;
  }

  /** Steps over which the rate rises. */
  public long warmupSteps() {
    return warmupSteps;
  }

  /** Steps after which the rate stays where it is. */
  public long totalSteps() {
    return totalSteps;
  }

  /** The share of the highest rate that is left at the end. */
  public double finalFraction() {
    return finalFraction;
  }

  /** Goes on by one step; called after the optimizer's. */
  public void step() {
    set(step + 1);
  }

  /** Sets the rate that the step after so many has. */
  public void set(long stepsMade) {
    step = stepsMade;
    optimizer.learningRate(optimizer.peakLearningRate() * factor * share(stepsMade));
  }

  /** Sets what all rates are multiplied by from now on; training lowers it after a recovery. */
  public void factor(double ofRates) {
    factor = ofRates;
    set(step);
  }

  private double share(long stepsMade) {
    if (stepsMade < warmupSteps) {
      return (stepsMade + 1.0) / (warmupSteps + 1.0);
    }
    long falling = Math.max(1, totalSteps - warmupSteps);
    double share = kind.share(Math.min(1.0, (stepsMade - warmupSteps) / (double) falling));
    return finalFraction == 0 ? share : finalFraction + (1 - finalFraction) * share;
  }
}
