package io.mla4j.kernels;

import static io.mla4j.kernels.Lanes.ORDER;
import static io.mla4j.kernels.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

final class VectorSoftmax implements SoftmaxBodies {

  private static final int STRIP = VectorTiles.LANES;
  private static final long STRIP_BYTES = (long) STRIP * Float.BYTES;

  @Override
  public boolean take(
      MemorySegment scores, long from, int keys, MemorySegment state, long stateFrom) {
    long maxima = stateFrom * Float.BYTES;
    for (long lane = 0; lane < STRIP_BYTES; lane += Lanes.BYTES) {
      shift(scores, from * Float.BYTES + lane, keys, state, maxima + lane);
    }
    VectorExp.run(scores, from, 0, scores, from, keys * STRIP);
    VectorExp.run(state, stateFrom + 2L * STRIP, 0, state, stateFrom + 2L * STRIP, STRIP);
    boolean shrinks = false;
    for (long lane = 0; lane < STRIP_BYTES; lane += Lanes.BYTES) {
      shrinks |= add(scores, from * Float.BYTES + lane, keys, state, maxima + lane);
    }
    return shrinks;
  }

  /** Makes the scores relative to the new maximum, and the factor its exponent. */
  private static void shift(
      MemorySegment scores, long from, int keys, MemorySegment state, long at) {
    FloatVector before = FloatVector.fromMemorySegment(SPECIES, state, at, ORDER);
    FloatVector max = before;
    for (int k = 0; k < keys; k++) {
      max = max.max(FloatVector.fromMemorySegment(SPECIES, scores, from + k * STRIP_BYTES, ORDER));
    }
    // −∞ − (−∞) is NaN; any finite reference turns the scores of hidden keys into zeros.
    FloatVector reference = max.blend(0, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
    for (int k = 0; k < keys; k++) {
      long index = from + k * STRIP_BYTES;
      FloatVector score = FloatVector.fromMemorySegment(SPECIES, scores, index, ORDER);
      score.sub(reference).intoMemorySegment(scores, index, ORDER);
    }
    max.intoMemorySegment(state, at, ORDER);
    before.sub(reference).intoMemorySegment(state, at + 2 * STRIP_BYTES, ORDER);
  }

  /** Adds the exponentials to the sum, which shrinks by the factor. */
  private static boolean add(
      MemorySegment scores, long from, int keys, MemorySegment state, long at) {
    FloatVector added = FloatVector.zero(SPECIES);
    for (int k = 0; k < keys; k++) {
      added =
          added.add(FloatVector.fromMemorySegment(SPECIES, scores, from + k * STRIP_BYTES, ORDER));
    }
    FloatVector factor = FloatVector.fromMemorySegment(SPECIES, state, at + 2 * STRIP_BYTES, ORDER);
    FloatVector sum = FloatVector.fromMemorySegment(SPECIES, state, at + STRIP_BYTES, ORDER);
    sum.fma(factor, added).intoMemorySegment(state, at + STRIP_BYTES, ORDER);
    return factor.compare(VectorOperators.NE, 1).anyTrue();
  }

  @Override
  public void scaleLanes(
      MemorySegment x, long from, int rows, MemorySegment factors, long factorsFrom) {
    long at = factorsFrom * Float.BYTES;
    FloatVector left = FloatVector.fromMemorySegment(SPECIES, factors, at, ORDER);
    FloatVector right = FloatVector.fromMemorySegment(SPECIES, factors, at + Lanes.BYTES, ORDER);
    for (int r = 0; r < rows; r++) {
      long a = from * Float.BYTES + r * STRIP_BYTES;
      long b = a + Lanes.BYTES;
      FloatVector one = FloatVector.fromMemorySegment(SPECIES, x, a, ORDER);
      FloatVector two = FloatVector.fromMemorySegment(SPECIES, x, b, ORDER);
      one.mul(left).intoMemorySegment(x, a, ORDER);
      two.mul(right).intoMemorySegment(x, b, ORDER);
    }
  }
}
