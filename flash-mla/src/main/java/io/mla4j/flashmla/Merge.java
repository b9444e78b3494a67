package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.kernels.Bf16;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Joins the parts of a query row: with m the highest score of all, each part's sums count {@code
 * 2^(its highest − m)}.
 */
final class Merge {

  private static final double LN_2 = Math.log(2);

  private final DecodeTask task;
  private final DecodeResult result;
  private final MemorySegment partial;
  private final float[] sums;

  /** For one thread. */
  Merge(DecodeTask task, DecodeResult result, MemorySegment partial) {
    this.task = task;
    this.result = result;
    this.partial = partial;
    this.sums = new float[task.shape().valueWidth()];
  }

  void run(MlaMetadata.Unit unit) {
    int rows = unit.queryTokens() * task.shape().headsPerKey();
    for (int row = 0; row < rows; row++) {
      int token = unit.firstQuery() + row / task.shape().headsPerKey();
      int head = unit.keyHead() * task.shape().headsPerKey() + row % task.shape().headsPerKey();
      run(unit, rows, row, token, head);
    }
  }

  private void run(MlaMetadata.Unit unit, int rows, int row, int token, int head) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int p = 0; p < unit.parts(); p++) {
      highest = Math.max(highest, highest(unit, p, rows, row));
    }
    Arrays.fill(sums, 0);
    double total = 0;
    for (int p = 0; p < unit.parts() && highest != Float.NEGATIVE_INFINITY; p++) {
      // In float64: small differences of large scores.
      double weight = Math.exp(((double) highest(unit, p, rows, row) - highest) * LN_2);
      total += weight * get(part(unit, p).partial() + (long) rows * (width() + 1) + row);
      add(part(unit, p).partial() + (long) row * width(), (float) weight);
    }
    write(unit.sequence(), token, head, highest * LN_2, total);
  }

  private DecodePart part(MlaMetadata.Unit unit, int index) {
    return task.metadata().parts().get(unit.firstPart() + index);
  }

  private float highest(MlaMetadata.Unit unit, int index, int rows, int row) {
    return get(part(unit, index).partial() + (long) rows * width() + row);
  }

  private int width() {
    return sums.length;
  }

  private float get(long index) {
    return partial.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  private void add(long from, float weight) {
    for (int v = 0; v < sums.length; v++) {
      sums[v] += weight * get(from + v);
    }
  }

  private void write(int sequence, int token, int head, double highest, double total) {
    DecodeShape shape = task.shape();
    boolean empty = total == 0;
    double logSumExp = empty ? Double.POSITIVE_INFINITY : highest + Math.log(total);
    long lse = ((long) sequence * shape.heads() + head) * shape.queryTokens() + token;
    result.logSumExp().set(JAVA_FLOAT_UNALIGNED, lse * Float.BYTES, (float) logSumExp);
    float factor = empty ? 0 : (float) (sinkShare(head, logSumExp) / total);
    long row = ((long) sequence * shape.queryTokens() + token) * shape.heads() + head;
    for (int v = 0; v < sums.length; v++) {
      write(row * sums.length + v, sums[v] * factor);
    }
  }

  /** What a sink leaves to the values: {@code e^lse / (e^lse + e^sink)}. */
  private double sinkShare(int head, double logSumExp) {
    return task.options()
        .sinks()
        .map(s -> 1 / (1 + Math.exp(s.get(JAVA_FLOAT_UNALIGNED, 4L * head) - logSumExp)))
        .orElse(1.0);
  }

  private void write(long index, float value) {
    switch (result.type()) {
      case FLOAT32 -> result.out().set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
      case BF16 -> result.out().set(JAVA_SHORT_UNALIGNED, index * Bf16.BYTES, Bf16.of(value));
    }
  }
}
