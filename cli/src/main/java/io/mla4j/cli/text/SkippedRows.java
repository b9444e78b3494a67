package io.mla4j.cli.text;

import io.mla4j.data.text.RowReport;
import java.util.Optional;

/** What the user must know of rows that were left out. */
public final class SkippedRows {

  private SkippedRows() {}

  /** A sentence with their number and the first problem; empty if there are none. */
  public static Optional<String> warning(RowReport rows) {
    if (rows.skipped() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "%,d of %,d rows were skipped, the first at %s"
            .formatted(
                rows.skipped(), rows.skipped() + rows.used(), rows.firstProblems().getFirst()));
  }
}
