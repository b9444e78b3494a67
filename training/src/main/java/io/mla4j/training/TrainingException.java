package io.mla4j.training;

/** Training cannot go on; the message says why and what to do. */
public final class TrainingException extends RuntimeException {

  public TrainingException(String sentence) {
    super(sentence);
  }
}
