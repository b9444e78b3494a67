package io.mla4j.data.sets;

import java.util.Map;

/**
 * What is known of a data set.
 *
 * @param name what it is asked for by
 * @param fields of a row, besides {@code text} and {@code label}
 * @param licence as its source states it
 * @param source where its original files come from
 * @param obtain how to get it, as a sentence
 * @param rows of each split
 */
public record DataSet(
    String name,
    String summary,
    String fields,
    String licence,
    String source,
    String obtain,
    Map<Split, Integer> rows) {

  public DataSet {
    rows = Map.copyOf(rows);
  }
}
