package io.mla4j.kernels.scalar;

import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;

final class ScalarSoftmax implements SoftmaxBodies {

  private final int lanes;

  ScalarSoftmax(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public boolean take(
      MemorySegment scores, long from, int keys, MemorySegment state, long stateFrom) {
    boolean shrinks = false;
    for (int lane = 0; lane < lanes; lane++) {
      shrinks |= takeLane(scores, from + lane, keys, state, stateFrom + lane);
    }
    return shrinks;
  }

  private boolean takeLane(
      MemorySegment scores, long from, int keys, MemorySegment state, long at) {
    float before = Floats.get(state, at);
    float max = before;
    for (int k = 0; k < keys; k++) {
      max = Math.max(max, Floats.get(scores, from + (long) k * lanes));
    }
    // −∞ − (−∞) is NaN; any finite reference turns the scores of hidden keys into zeros.
    float reference = max == Float.NEGATIVE_INFINITY ? 0 : max;
    double sum = 0;
    for (int k = 0; k < keys; k++) {
      long index = from + (long) k * lanes;
      float exponential = FloatMath.exp(Floats.get(scores, index) - reference);
      Floats.set(scores, index, exponential);
      sum += exponential;
    }
    float factor = FloatMath.exp(before - reference);
    Floats.set(state, at, max);
    Floats.set(state, at + lanes, (float) (Floats.get(state, at + lanes) * factor + sum));
    Floats.set(state, at + 2L * lanes, factor);
    return factor != 1;
  }

  @Override
  public void scaleLanes(
      MemorySegment x, long from, int rows, MemorySegment factors, long factorsFrom) {
    for (int r = 0; r < rows; r++) {
      for (int lane = 0; lane < lanes; lane++) {
        long index = from + (long) r * lanes + lane;
        Floats.set(x, index, Floats.get(x, index) * Floats.get(factors, factorsFrom + lane));
      }
    }
  }
}
