package io.mla4j.data.sets;

/** A part of a data set. */
public enum Split {
  TRAIN("train.jsonl"),
  VALIDATION("validation.jsonl"),
  TEST("test.jsonl");

  private final String fileName;

  Split(String fileName) {
    this.fileName = fileName;
  }

  /** The file it is written to. */
  public String fileName() {
    return fileName;
  }
}
