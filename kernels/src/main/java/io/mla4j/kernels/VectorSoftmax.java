package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

final class VectorSoftmax implements SoftmaxBodies {

  private static final int STRIP = VectorProducts.LANES;

  @Override
  public boolean take(
      MemorySegment scores, long from, int keys, MemorySegment state, long stateFrom) {
    boolean shrinks = false;
    for (int lane = 0; lane < STRIP; lane += Lanes.COUNT) {
      shrinks |= takeLanes(scores, from + lane, keys, state, stateFrom + lane);
    }
    return shrinks;
  }

  private static boolean takeLanes(
      MemorySegment scores, long from, int keys, MemorySegment state, long at) {
    FloatVector before = Lanes.load(state, at);
    FloatVector max = before;
    for (int k = 0; k < keys; k++) {
      max = max.max(Lanes.load(scores, from + (long) k * STRIP));
    }
    // −∞ − (−∞) is NaN; any finite reference turns the scores of hidden keys into zeros.
    FloatVector reference = max.blend(0, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
    FloatVector sum = exponentials(scores, from, keys, reference);
    FloatVector factor = VectorMath.exp(before.sub(reference));
    Lanes.store(max, state, at);
    Lanes.store(Lanes.load(state, at + STRIP).fma(factor, sum), state, at + STRIP);
    Lanes.store(factor, state, at + 2L * STRIP);
    return factor.compare(VectorOperators.NE, 1).anyTrue();
  }

  private static FloatVector exponentials(
      MemorySegment scores, long from, int keys, FloatVector reference) {
    FloatVector sum = Lanes.zero();
    for (int k = 0; k < keys; k++) {
      long index = from + (long) k * STRIP;
      FloatVector exponential = VectorMath.exp(Lanes.load(scores, index).sub(reference));
      Lanes.store(exponential, scores, index);
      sum = sum.add(exponential);
    }
    return sum;
  }

  @Override
  public void scaleLanes(
      MemorySegment x, long from, int rows, MemorySegment factors, long factorsFrom) {
    FloatVector left = Lanes.load(factors, factorsFrom);
    FloatVector right = Lanes.load(factors, factorsFrom + Lanes.COUNT);
    for (int r = 0; r < rows; r++) {
      long index = from + (long) r * STRIP;
      Lanes.store(Lanes.load(x, index).mul(left), x, index);
      Lanes.store(Lanes.load(x, index + Lanes.COUNT).mul(right), x, index + Lanes.COUNT);
    }
  }
}
