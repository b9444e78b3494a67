package io.mla4j.kernels.paged;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Joins the parts of a query row: with m the highest score of all, each part's sums count {@code
 * 2^(its highest − m)}.
 */
final class PagedMerge {

  private static final double LN_2 = Math.log(2);

  private final PagedPlan plan;
  private final PagedResult result;
  private final MemorySegment partial;
  private final float[] sums;
  private final float[] row;

  /** For one thread. */
  PagedMerge(PagedPlan plan, PagedResult result, MemorySegment partial) {
    this.plan = plan;
    this.result = result;
    this.partial = partial;
    this.sums = new float[plan.shape().valueWidth()];
    this.row = new float[sums.length];
  }

  /** Joins rows of the result, [B, T, H]. */
  void run(long from, long to) {
    for (long at = from; at < to; at++) {
      run(at);
    }
  }

  private void run(long at) {
    PagedShape shape = plan.shape();
    int head = (int) (at % shape.heads());
    int token = (int) (at / shape.heads() % shape.queryTokens());
    int sequence = (int) (at / shape.heads() / shape.queryTokens());
    PagedPlan.Unit unit = plan.unit(sequence, token);
    int rows = unit.queryTokens() * shape.heads();
    int inUnit = (token - unit.firstQuery()) * shape.heads() + head;
    float highest = highest(unit, rows, inUnit);
    double total = highest == Float.NEGATIVE_INFINITY ? 0 : sum(unit, rows, inUnit, highest);
    write(at, highest * LN_2, total);
  }

  private float highest(PagedPlan.Unit unit, int rows, int inUnit) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int p = 0; p < unit.parts(); p++) {
      highest = Math.max(highest, highest(part(unit, p), rows, inUnit));
    }
    return highest;
  }

  private float highest(PagedPart part, int rows, int inUnit) {
    return Floats.get(partial, part.partial() + (long) rows * sums.length + inUnit);
  }

  /** Leaves the weighted sums of values in {@link #sums}; returns the sum of weights. */
  private double sum(PagedPlan.Unit unit, int rows, int inUnit, float highest) {
    Arrays.fill(sums, 0);
    double total = 0;
    for (int p = 0; p < unit.parts(); p++) {
      PagedPart part = part(unit, p);
      // In float64: small differences of large scores.
      double weight = Math.exp(((double) highest(part, rows, inUnit) - highest) * LN_2);
      long totals = part.partial() + (long) rows * (sums.length + 1);
      total += weight * Floats.get(partial, totals + inUnit);
      add(part.partial() + (long) inUnit * sums.length, (float) weight);
    }
    return total;
  }

  private PagedPart part(PagedPlan.Unit unit, int index) {
    return plan.parts().get(unit.firstPart() + index);
  }

  // Copied into arrays first: loops over those become vectors.
  private void add(long from, float weight) {
    MemorySegment.copy(partial, JAVA_FLOAT_UNALIGNED, from * Float.BYTES, row, 0, row.length);
    for (int v = 0; v < sums.length; v++) {
      sums[v] += weight * row[v];
    }
  }

  private void write(long at, double highest, double total) {
    boolean empty = total == 0;
    result
        .logSumExp()
        .ifPresent(
            to ->
                Floats.set(
                    to, at, empty ? Float.NEGATIVE_INFINITY : (float) (highest + Math.log(total))));
    if (empty) {
      Arrays.fill(sums, 0); // what is left there from another row may be anything
    } else {
      scale((float) (1 / total));
    }
    long to = at * sums.length * Float.BYTES;
    MemorySegment.copy(sums, 0, result.out(), JAVA_FLOAT_UNALIGNED, to, sums.length);
  }

  private void scale(float factor) {
    for (int v = 0; v < sums.length; v++) {
      sums[v] *= factor;
    }
  }
}
