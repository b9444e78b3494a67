package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.body.SoftmaxBodies;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

final class VectorSoftmax implements SoftmaxBodies {

  private final int strip;
  private final long stripBytes;

  /**
   * @param strip lanes of a strip: one vector or two
   */
  VectorSoftmax(int strip) {
    this.strip = strip;
    this.stripBytes = (long) strip * Float.BYTES;
  }

  @Override
  public boolean take(
      MemorySegment scores, long from, int keys, MemorySegment state, long stateFrom) {
    long maxima = stateFrom * Float.BYTES;
    for (long lane = 0; lane < stripBytes; lane += Lanes.BYTES) {
      shift(scores, from * Float.BYTES + lane, keys, state, maxima + lane, stripBytes);
    }
    VectorExp.run(scores, from, 0, scores, from, keys * strip);
    VectorExp.run(state, stateFrom + 2L * strip, 0, state, stateFrom + 2L * strip, strip);
    boolean shrinks = false;
    for (long lane = 0; lane < stripBytes; lane += Lanes.BYTES) {
      shrinks |= add(scores, from * Float.BYTES + lane, keys, state, maxima + lane, stripBytes);
    }
    return shrinks;
  }

  /** Makes the scores relative to the new maximum, and the factor its exponent. */
  private static void shift(
      MemorySegment scores, long from, int keys, MemorySegment state, long at, long stripBytes) {
    FloatVector before = FloatVector.fromMemorySegment(SPECIES, state, at, ORDER);
    FloatVector max = before;
    for (int k = 0; k < keys; k++) {
      max = max.max(FloatVector.fromMemorySegment(SPECIES, scores, from + k * stripBytes, ORDER));
    }
    // −∞ − (−∞) is NaN; any finite reference turns the scores of hidden keys into zeros.
    FloatVector reference = max.blend(0, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
    for (int k = 0; k < keys; k++) {
      long index = from + k * stripBytes;
      FloatVector score = FloatVector.fromMemorySegment(SPECIES, scores, index, ORDER);
      score.sub(reference).intoMemorySegment(scores, index, ORDER);
    }
    max.intoMemorySegment(state, at, ORDER);
    before.sub(reference).intoMemorySegment(state, at + 2 * stripBytes, ORDER);
  }

  /** Adds the exponentials to the sum, which shrinks by the factor. */
  private static boolean add(
      MemorySegment scores, long from, int keys, MemorySegment state, long at, long stripBytes) {
    FloatVector added = FloatVector.zero(SPECIES);
    for (int k = 0; k < keys; k++) {
      added =
          added.add(FloatVector.fromMemorySegment(SPECIES, scores, from + k * stripBytes, ORDER));
    }
    FloatVector factor = FloatVector.fromMemorySegment(SPECIES, state, at + 2 * stripBytes, ORDER);
    FloatVector sum = FloatVector.fromMemorySegment(SPECIES, state, at + stripBytes, ORDER);
    sum.fma(factor, added).intoMemorySegment(state, at + stripBytes, ORDER);
    return factor.compare(VectorOperators.NE, 1).anyTrue();
  }

  @Override
  public void scaleLanes(
      MemorySegment x, long from, int rows, MemorySegment factors, long factorsFrom) {
    for (long lane = 0; lane < stripBytes; lane += Lanes.BYTES) {
      scale(
          x,
          from * Float.BYTES + lane,
          rows,
          factors,
          factorsFrom * Float.BYTES + lane,
          stripBytes);
    }
  }

  private static void scale(
      MemorySegment x, long from, int rows, MemorySegment factors, long at, long stripBytes) {
    FloatVector factor = FloatVector.fromMemorySegment(SPECIES, factors, at, ORDER);
    for (int r = 0; r < rows; r++) {
      long index = from + r * stripBytes;
      FloatVector row = FloatVector.fromMemorySegment(SPECIES, x, index, ORDER);
      row.mul(factor).intoMemorySegment(x, index, ORDER);
    }
  }
}
