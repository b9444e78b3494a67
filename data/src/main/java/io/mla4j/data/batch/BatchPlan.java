package io.mla4j.data.batch;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which documents form which batch. Training order: all documents are shuffled, every {@code
 * bucketBatches} batches of them sorted by length, cut into batches and the batches shuffled, so
 * that a batch holds documents of like length and yet differs from epoch to epoch. Evaluation
 * order: by length, then by row.
 *
 * @param lengths tokens of each document
 * @param seed absent for evaluation order
 */
record BatchPlan(int[] lengths, int batchSize, int bucketBatches, OptionalLong seed) {

  long batches() {
    return Math.ceilDiv(lengths.length, batchSize);
  }

  /** The documents of each batch of an epoch. */
  int[][] epoch(long epoch) {
    Integer[] order = IntStream.range(0, lengths.length).boxed().toArray(Integer[]::new);
    if (seed.isEmpty()) {
      sort(order, 0, order.length);
      return cut(order);
    }
    Random random = SeededOrder.random(seed.getAsLong(), epoch);
    SeededOrder.shuffle(order, random);
    int bucket = (int) Math.min(order.length, (long) batchSize * bucketBatches);
    for (int start = 0; start < order.length; start += bucket) {
      sort(order, start, Math.min(order.length, start + bucket));
    }
    int[][] batches = cut(order);
    SeededOrder.shuffle(batches, random);
    return batches;
  }

  /** Batches of the documents as they come. */
  int[][] inOrder() {
    return cut(IntStream.range(0, lengths.length).boxed().toArray(Integer[]::new));
  }

  private void sort(Integer[] order, int start, int end) {
    Arrays.sort(
        order,
        start,
        end,
        Comparator.comparingInt((Integer row) -> lengths[row])
            .thenComparing(Comparator.naturalOrder()));
  }

  private int[][] cut(Integer[] order) {
    int[][] batches = new int[Math.toIntExact(batches())][];
    for (int i = 0; i < batches.length; i++) {
      int end = Math.min(order.length, (i + 1) * batchSize);
      batches[i] = Arrays.stream(order, i * batchSize, end).mapToInt(Integer::intValue).toArray();
    }
    return batches;
  }
}
