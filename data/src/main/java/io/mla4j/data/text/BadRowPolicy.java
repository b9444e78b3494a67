package io.mla4j.data.text;

/** What to do with a row that cannot be used. */
public enum BadRowPolicy {
  /** Fail, naming the file, the line and what is wrong. */
  STOP,
  /**
   * Leave the row out and count it in the {@link RowReport}. Where broken syntax hides the start of
   * the next row (a JSON array cut off, a quote in CSV that never closes) reading still fails.
   */
  SKIP
}
