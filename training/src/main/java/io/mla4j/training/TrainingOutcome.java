package io.mla4j.training;

import io.mla4j.training.objective.Evaluation;
import java.util.Optional;

/**
 * How training ended.
 *
 * @param ending why
 * @param best the validation figures of the model that was kept, if this run measured them
 */
public record TrainingOutcome(Ending ending, TrainingState state, Optional<Evaluation> best) {

  /** Why training ended. */
  public enum Ending {
    /** All epochs are done. */
    COMPLETED,
    /** The monitored figure stopped improving. */
    EARLY_STOPPED,
    /** Somebody asked it to; the checkpoint allows to go on. */
    INTERRUPTED
  }
}
