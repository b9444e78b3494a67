package io.mla4j.data.text;

import java.util.ArrayList;
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

  /** Of no rows. */
  public static final RowReport NONE = new RowReport(0, 0, List.of());

  public RowReport {
    firstProblems = List.copyOf(firstProblems);
  }

  /** Of these rows and others. */
  public RowReport plus(RowReport other) {
    List<String> first = new ArrayList<>(firstProblems);
    first.addAll(other.firstProblems);
    return new RowReport(
        used + other.used,
        skipped + other.skipped,
        first.subList(0, Math.min(REMEMBERED, first.size())));
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
