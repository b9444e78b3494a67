package io.mla4j.training;

import io.mla4j.telemetry.RunEvent;
import io.mla4j.training.objective.Evaluation;

/** Told what happens in training, on the training thread. */
public interface TrainingObserver {

  /** Nobody. */
  TrainingObserver NONE = new TrainingObserver() {};

  /** Training starts or goes on from a checkpoint. */
  default void started(TrainingState state, long totalSteps) {}

  /** Something was recorded. */
  default void recorded(RunEvent event) {}

  /** The model was evaluated. */
  default void evaluated(TrainingState state, Evaluation evaluation, boolean best) {}
}
