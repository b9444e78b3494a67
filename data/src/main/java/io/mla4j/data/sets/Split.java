package io.mla4j.data.sets;

/** A part of a data set. */
public enum Split {
  TRAIN("train"),
  VALIDATION("validation"),
  TEST("test");

  private final String part;

  Split(String part) {
    this.part = part;
  }

  /** What it is called, as {@code train}. */
  public String part() {
    return part;
  }
}
