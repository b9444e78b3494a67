package io.mla4j.training;

/**
 * What protects a run.
 *
 * @param checkpointEverySteps how much work a kill or a recovery can cost
 * @param onNonFinite what happens when a loss or gradient is not a finite number
 */
public record RecoveryConfig(int checkpointEverySteps, NonFinitePolicy onNonFinite) {

  /** What to do with a loss or gradient that is not a finite number. */
  public enum NonFinitePolicy {
    /** Back to the last checkpoint with half the learning rate, a few times at most. */
    RECOVER,
    /** Stop with an explanation; the last checkpoint stays. */
    STOP
  }

  public RecoveryConfig {
    Bounds.atLeast("checkpointEverySteps", checkpointEverySteps, 1);
  }

  /** A checkpoint every 200 steps, to go back to. */
  public static RecoveryConfig defaults() {
    return new RecoveryConfig(200, NonFinitePolicy.RECOVER);
  }
}
