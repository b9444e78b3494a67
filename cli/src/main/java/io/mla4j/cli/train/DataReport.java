package io.mla4j.cli.train;

import io.mla4j.cli.text.SkippedRows;
import io.mla4j.data.batch.LengthReport;
import io.mla4j.data.text.RowReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run was trained and measured on, and what the user must know of it.
 *
 * @param parts by name: {@code training}, {@code validation}, {@code test}
 */
record DataReport(Map<String, Part> parts, List<String> warnings) {

  /**
   * A part of the data.
   *
   * @param skippedRows bad rows that were left out of the part's file
   * @param lengths of all documents, or of the first ones of a streamed file
   */
  record Part(long documents, long skippedRows, LengthReport lengths) {}

  static DataReport empty() {
    return new DataReport(new LinkedHashMap<>(), new ArrayList<>());
  }

  /** Adds a part and warns of what was left out of it. */
  void add(String part, long documents, RowReport rows, LengthReport lengths) {
    parts.put(part, new Part(documents, rows.skipped(), lengths));
    SkippedRows.warning(rows).ifPresent(sentence -> warn(part, sentence));
    lengths.warning(documents).ifPresent(sentence -> warn(part, sentence));
  }

  private void warn(String part, String sentence) {
    warnings.add("in the " + part + " data " + sentence);
  }
}
