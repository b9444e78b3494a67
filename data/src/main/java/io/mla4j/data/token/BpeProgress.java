package io.mla4j.data.token;

/** Hears how far the training of a vocabulary is, some hundred times in all. */
@FunctionalInterface
public interface BpeProgress {

  /** What the trainer is doing. */
  enum Stage {
    /** Counting words; the unit is characters. */
    READING,
    /** Joining pairs; the unit is tokens learned. */
    MERGING
  }

  /** Nobody listens. */
  BpeProgress NONE = (stage, done, total) -> {};

  /**
   * Reports.
   *
   * @param total an upper bound: reading ends with the texts, and merging when no pair is frequent
   *     enough
   */
  void report(Stage stage, long done, long total);
}
