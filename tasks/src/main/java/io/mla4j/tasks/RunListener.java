package io.mla4j.tasks;

import io.mla4j.training.TrainingObserver;
import java.util.OptionalLong;

/** Hears what a run does beside its steps. */
public interface RunListener {

  /** Nobody. */
  RunListener NONE = new RunListener() {};

  /** Something is about to be done that may take long. */
  default void say(String sentence) {}

  /** Something the user should know. */
  default void warn(String sentence) {}

  /**
   * A long piece of work starts.
   *
   * @param work what is done, as the start of a line
   * @param unit of the total, in the plural
   * @param total empty where nobody knows it
   */
  default Stage stage(String work, String unit, OptionalLong total) {
    return done -> {};
  }

  /** How far a long piece of work is, until it is closed. */
  interface Stage extends AutoCloseable {

    /** So much is done. */
    void at(long done);

    @Override
    default void close() {}
  }

  /**
   * A training starts.
   *
   * @param name of what is trained
   * @return hears its steps
   */
  default TrainingObserver training(String name) {
    return TrainingObserver.NONE;
  }

  /** A training ended, whether it is complete or not. */
  default void trained(TrainingObserver observer) {}
}
