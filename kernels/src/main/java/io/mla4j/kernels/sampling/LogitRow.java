package io.mla4j.kernels.sampling;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.UnaryOp;
import java.lang.foreign.MemorySegment;

/**
 * A row of logits, of which none is NaN or +∞, and the weight {@code exp((logit − highest) /
 * temperature)} of each token.
 *
 * @param logits memory in which the row starts at {@code from}
 * @param work the weights, [width], then [width] for logits that had to be changed, then a scalar
 */
record LogitRow(
    KernelBodies bodies,
    MemorySegment logits,
    long from,
    int width,
    float highest,
    double temperature,
    MemorySegment work) {

  /** Elements that stay in the first-level cache through several loops. */
  static final int BLOCK = 4096;

  /** Less of the highest weight is none; exponentials of −∞ are less than that. */
  private static final double LEAST_WEIGHT = 1e-37;

  static long workElements(int width) {
    return 2L * width + 1;
  }

  /**
   * Looks at a row.
   *
   * @param row its number, for the message
   * @throws IllegalArgumentException if no token can be chosen
   */
  static LogitRow of(
      KernelBodies bodies,
      MemorySegment logits,
      long row,
      int width,
      double temperature,
      MemorySegment work) {
    float highest = bodies.rows().max(logits, row * width, width);
    if (Float.isFinite(highest)) {
      return new LogitRow(bodies, logits, row * width, width, highest, temperature, work);
    }
    highest = plain(logits, row * width, width, work);
    if (highest == Float.NEGATIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Row " + row + " of the logits has no number above −∞, so that no token can be chosen.");
    }
    return new LogitRow(bodies, work, width, width, highest, temperature, work);
  }

  /** Copies a row without NaN and +∞; returns its highest logit. */
  private static float plain(MemorySegment logits, long from, int width, MemorySegment work) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < width; i++) {
      float logit = get(logits, from + i);
      highest = logit > highest ? logit : highest; // a NaN is not
    }
    boolean infinite = highest == Float.POSITIVE_INFINITY;
    for (int i = 0; i < width; i++) {
      float logit = get(logits, from + i);
      float kept = infinite ? (logit == highest ? 0 : Float.NEGATIVE_INFINITY) : logit;
      set(work, (long) width + i, Float.isNaN(kept) ? Float.NEGATIVE_INFINITY : kept);
    }
    return infinite ? 0 : highest;
  }

  float logit(int token) {
    return get(logits, from + token);
  }

  float weight(int token) {
    return get(work, token);
  }

  /** The highest logit of some tokens. */
  float highest(int first, int count) {
    return bodies.rows().max(logits, from + first, count);
  }

  /** The weight of some tokens together. */
  double weightOf(int first, int count) {
    return bodies.rows().sum(work, first, count);
  }

  /** Computes the weights; returns their sum. */
  double weigh() {
    double total = 0;
    for (int first = 0; first < width; first += BLOCK) {
      int count = Math.min(BLOCK, width - first);
      apply(BinaryOp.SUB, logits, from + first, highest, first, count);
      apply(BinaryOp.MUL, work, first, (float) (1 / temperature), first, count);
      bodies.elementwise().unary(UnaryOp.EXP, work, first, work, first, count);
      total += weightOf(first, count);
    }
    return total;
  }

  private void apply(BinaryOp op, MemorySegment x, long at, float scalar, long to, int count) {
    long operand = workElements(width) - 1;
    set(work, operand, scalar);
    bodies.elementwise().binary(op, x, at, 1, work, operand, 0, work, to, count);
  }

  /** The least logit of a token whose weight is not nothing. */
  float leastLogit() {
    return logitOf(LEAST_WEIGHT);
  }

  /** The logit with a weight, so that a higher weight has a higher logit. */
  float logitOf(double weight) {
    return (float) Math.max(highest + temperature * Math.log(weight), -Float.MAX_VALUE);
  }

  /** The first token with the highest logit. */
  int argmax() {
    int first = 0;
    while (highest(first, Math.min(BLOCK, width - first)) < highest) {
      first += BLOCK;
    }
    while (logit(first) != highest) {
      first++;
    }
    return first;
  }

  private static float get(MemorySegment memory, long index) {
    return memory.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  private static void set(MemorySegment memory, long index, float value) {
    memory.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
  }
}
