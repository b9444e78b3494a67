package io.mla4j.training;

import io.mla4j.data.batch.Batch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The numbers of a few batches' examples, for a sentence. */
final class ExampleList {

  private static final int SHOWN = 8;

  private ExampleList() {}

  /** Numbers from 1 in ascending order, the first few of many. */
  static String of(List<? extends Batch> batches) {
    int[] rows =
        batches.stream().flatMapToInt(batch -> IntStream.of(batch.rows())).sorted().toArray();
    String shown =
        IntStream.of(rows)
            .limit(SHOWN)
            .mapToObj(row -> Integer.toString(row + 1))
            .collect(Collectors.joining(", "));
    return rows.length > SHOWN ? shown + " and " + (rows.length - SHOWN) + " more" : shown;
  }
}
