package io.mla4j.data.sets;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A data set's rows by split, in the order of their source. */
final class Rows {

  private final Map<Split, List<Row>> bySplit = new EnumMap<>(Split.class);

  Rows() {
    for (Split split : Split.values()) {
      bySplit.put(split, new ArrayList<>());
    }
  }

  void add(Split split, Row row) {
    of(split).add(row);
  }

  /** Adds training rows, one in ten of them to the validation split. */
  void addTraining(List<Row> rows) {
    for (Row row : rows) {
      add(TextHash.tenth(row.text()) == 0 ? Split.VALIDATION : Split.TRAIN, row);
    }
  }

  List<Row> of(Split split) {
    return bySplit.getOrDefault(split, new ArrayList<>());
  }
}
