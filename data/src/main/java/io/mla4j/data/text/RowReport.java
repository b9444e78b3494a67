package io.mla4j.data.text;

import java.util.List;
import java.util.Optional;

/**
 * What became of a file's rows.
 *
 * @param used rows that became examples
 * @param skipped rows left out under {@link BadRowPolicy#SKIP}
 * @param firstProblems the first {@value #REMEMBERED} of them, each as a sentence with its line
 */
public record RowReport(long used, long skipped, List<String> firstProblems) {

  static final int REMEMBERED = 5;

  public RowReport {
    firstProblems = List.copyOf(firstProblems);
  }

  /** What the user must know of rows that were left out, as a sentence; empty if none were. */
  public Optional<String> warning() {
    return skipped == 0
        ? Optional.empty()
        : Optional.of(
            "%,d of %,d rows were skipped, the first at %s"
                .formatted(skipped, skipped + used, firstProblems.getFirst()));
  }
}
