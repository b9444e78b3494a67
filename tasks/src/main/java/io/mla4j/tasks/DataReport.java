package io.mla4j.tasks;

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
public record DataReport(Map<String, Part> parts, List<String> warnings) {

  /**
   * A part of the data.
   *
   * @param documents examples of it
   * @param skippedRows bad rows that were left out of the part's file
   * @param lengths of all texts, or of the first ones of a streamed file
   */
  public record Part(long documents, long skippedRows, LengthReport lengths) {}

  public static DataReport empty() {
    return new DataReport(new LinkedHashMap<>(), new ArrayList<>());
  }

  /**
   * Adds a part and warns of what was left out of it.
   *
   * @param texts that the lengths would be of, were all looked at
   */
  public void add(String part, long examples, long texts, RowReport rows, LengthReport lengths) {
    parts.put(part, new Part(examples, rows.skipped(), lengths));
    rows.warning().ifPresent(sentence -> warn(part, sentence));
    lengths.warning(texts).ifPresent(sentence -> warn(part, sentence));
  }

  private void warn(String part, String sentence) {
    warnings.add("in the " + part + " data " + sentence);
  }
}
