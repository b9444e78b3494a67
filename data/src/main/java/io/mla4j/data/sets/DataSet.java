package io.mla4j.data.sets;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What is known of a data set.
 *
 * @param name what it is asked for by
 * @param fields of a row, besides {@code text} and {@code label}
 * @param licence as its source states it
 * @param source where its original files come from
 * @param obtain how to get it, as a sentence
 * @param rows of each split that it has
 * @param form of the files it is written to
 */
public record DataSet(
    String name,
    String summary,
    String fields,
    String licence,
    String source,
    String obtain,
    Map<Split, Integer> rows,
    Form form) {

  /** What the written files are. */
  public enum Form {
    /** JSON Lines, one row a line. */
    ROWS("jsonl"),
    /** Plain text in UTF-8. */
    TEXT("txt");

    private final String ending;

    Form(String ending) {
      this.ending = ending;
    }
  }

  public DataSet {
    rows = Map.copyOf(rows);
  }

  /** A set of rows. */
  DataSet(
      String name,
      String summary,
      String fields,
      String licence,
      String source,
      String obtain,
      Map<Split, Integer> rows) {
    this(name, summary, fields, licence, source, obtain, rows, Form.ROWS);
  }

  /** The splits it has, in their order. */
  public List<Split> splits() {
    return Arrays.stream(Split.values()).filter(rows::containsKey).toList();
  }

  /** The file a split is written to. */
  public String fileName(Split split) {
    return split.part() + "." + form.ending;
  }
}
