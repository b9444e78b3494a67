package io.mla4j.flashmla.decode;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.kernels.memory.Bf16;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Joins the parts of a query row: with m the highest score of all, each part's sums count {@code
 * 2^(its highest − m)}.
 */
public final class Merge {

  private static final double LN_2 = Math.log(2);

  private final DecodeTask task;
  private final DecodeResult result;
  private final MemorySegment partial;
  private final float[] sums;
  private final float[] row;

  /** For one thread. */
  public Merge(DecodeTask task, DecodeResult result, MemorySegment partial) {
    this.task = task;
    this.result = result;
    this.partial = partial;
    this.sums = new float[task.shape().valueWidth()];
    this.row = new float[sums.length];
  }

  /**
   * Joins rows of the result, in its own order.
   *
   * @param from the first
   * @param to behind the last
   */
  public void run(long from, long to) {
    for (long at = from; at < to; at++) {
      run(at);
    }
  }

  private void run(long at) {
    DecodeShape shape = task.shape();
    int head = (int) (at % shape.heads());
    int token = (int) (at / shape.heads() % shape.queryTokens());
    int sequence = (int) (at / shape.heads() / shape.queryTokens());
    MlaMetadata.Unit unit = task.metadata().unit(sequence, head / shape.headsPerKey(), token);
    int rows = unit.queryTokens() * shape.headsPerKey();
    int inUnit = (token - unit.firstQuery()) * shape.headsPerKey() + head % shape.headsPerKey();
    float highest = highest(unit, rows, inUnit);
    double total = highest == Float.NEGATIVE_INFINITY ? 0 : sum(unit, rows, inUnit, highest);
    write(at, sequence, token, head, highest * LN_2, total);
  }

  private float highest(MlaMetadata.Unit unit, int rows, int inUnit) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int p = 0; p < unit.parts(); p++) {
      highest = Math.max(highest, highest(unit, p, rows, inUnit));
    }
    return highest;
  }

  private float highest(MlaMetadata.Unit unit, int index, int rows, int inUnit) {
    return get(part(unit, index).partial() + (long) rows * width() + inUnit);
  }

  /** Leaves the weighted sums of values in {@link #sums}; returns the sum of weights. */
  private double sum(MlaMetadata.Unit unit, int rows, int inUnit, float highest) {
    Arrays.fill(sums, 0);
    double total = 0;
    for (int p = 0; p < unit.parts(); p++) {
      long partAt = part(unit, p).partial();
      // In float64: small differences of large scores.
      double weight = Math.exp(((double) highest(unit, p, rows, inUnit) - highest) * LN_2);
      total += weight * get(partAt + (long) rows * (width() + 1) + inUnit);
      add(partAt + (long) inUnit * width(), (float) weight);
    }
    return total;
  }

  private DecodePart part(MlaMetadata.Unit unit, int index) {
    return task.metadata().parts().get(unit.firstPart() + index);
  }

  private int width() {
    return sums.length;
  }

  private float get(long index) {
    return partial.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  // Copied into arrays first: loops over those become vectors.
  private void add(long from, float weight) {
    MemorySegment.copy(partial, JAVA_FLOAT_UNALIGNED, from * Float.BYTES, row, 0, row.length);
    for (int v = 0; v < sums.length; v++) {
      sums[v] += weight * row[v];
    }
  }

  private void write(long at, int sequence, int token, int head, double highest, double total) {
    DecodeShape shape = task.shape();
    boolean empty = total == 0;
    double logSumExp = empty ? Double.POSITIVE_INFINITY : highest + Math.log(total);
    long lse = ((long) sequence * shape.heads() + head) * shape.queryTokens() + token;
    result.logSumExp().set(JAVA_FLOAT_UNALIGNED, lse * Float.BYTES, (float) logSumExp);
    scale(empty ? 0 : (float) (sinkShare(head, logSumExp) / total));
    write(at * sums.length);
  }

  /** What a sink leaves to the values: {@code e^lse / (e^lse + e^sink)}. */
  private double sinkShare(int head, double logSumExp) {
    return task.options()
        .sinks()
        .map(s -> 1 / (1 + Math.exp(s.get(JAVA_FLOAT_UNALIGNED, 4L * head) - logSumExp)))
        .orElse(1.0);
  }

  private void scale(float factor) {
    if (factor == 0) {
      Arrays.fill(sums, 0); // what is left there from another row may be anything
    }
    for (int v = 0; v < sums.length; v++) {
      sums[v] *= factor;
    }
  }

  private void write(long to) {
    switch (result.type()) {
      case FLOAT32 ->
          MemorySegment.copy(
              sums, 0, result.out(), JAVA_FLOAT_UNALIGNED, to * Float.BYTES, sums.length);
      case BF16 -> {
        for (int v = 0; v < sums.length; v++) {
          result.out().set(JAVA_SHORT_UNALIGNED, (to + v) * Bf16.BYTES, Bf16.of(sums[v]));
        }
      }
    }
  }
}
