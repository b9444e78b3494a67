package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

final class VectorRows implements RowBodies {

  /** Exponentials that are summed at a time. */
  private static final int BLOCK = 1024;

  private final Scratch scratch;

  VectorRows(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public float sum(MemorySegment x, long from, int width) {
    int whole = Lanes.whole(width);
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sums = sums.add(FloatVector.fromMemorySegment(SPECIES, x, (from + i) * Float.BYTES, ORDER));
    }
    float[] lanes = new float[Lanes.COUNT];
    sums.intoArray(lanes, 0);
    float sum = Lanes.sum(lanes);
    for (int i = whole; i < width; i++) {
      sum += Floats.get(x, from + i);
    }
    return sum;
  }

  @Override
  public float max(MemorySegment x, long from, int width) {
    int whole = Lanes.whole(width);
    FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      largest =
          largest.max(FloatVector.fromMemorySegment(SPECIES, x, (from + i) * Float.BYTES, ORDER));
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < width; i++) {
      max = Math.max(max, Floats.get(x, from + i));
    }
    return max;
  }

  @Override
  public void softmax(
      MemorySegment x, long from, MemorySegment out, long to, long rows, int width) {
    for (long r = 0; r < rows; r++) {
      softmax(x, from + r * width, out, to + r * width, width);
    }
  }

  private void softmax(MemorySegment x, long from, MemorySegment out, long to, int width) {
    VectorExp.run(x, from, -max(x, from, width), out, to, width);
    shiftAndScale(out, to, 0, 1 / sum(out, to, width), out, to, width);
  }

  @Override
  public void logSoftmax(
      MemorySegment x, long from, MemorySegment out, long to, long rows, int width) {
    for (long r = 0; r < rows; r++) {
      logSoftmax(x, from + r * width, out, to + r * width, width);
    }
  }

  private void logSoftmax(MemorySegment x, long from, MemorySegment out, long to, int width) {
    float max = max(x, from, width);
    float log = (float) Math.log(sumOfExponentials(x, from, max, width));
    shiftAndScale(x, from, max, 1, out, to, width);
    shiftAndScale(out, to, log, 1, out, to, width);
  }

  private double sumOfExponentials(MemorySegment x, long from, float max, int width) {
    double sum = 0;
    try (Scratch.Loan loan = scratch.borrow(BLOCK)) {
      for (int i = 0; i < width; i += BLOCK) {
        int size = Math.min(BLOCK, width - i);
        VectorExp.run(x, from + i, -max, loan.memory(), 0, size);
        sum += sum(loan.memory(), 0, size);
      }
    }
    return sum;
  }

  /** {@code out = (x − shift) · factor}. */
  private static void shiftAndScale(
      MemorySegment x,
      long from,
      float shift,
      float factor,
      MemorySegment out,
      long to,
      int width) {
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector value =
          FloatVector.fromMemorySegment(SPECIES, x, (from + i) * Float.BYTES, ORDER);
      value.sub(shift).mul(factor).intoMemorySegment(out, (to + i) * Float.BYTES, ORDER);
    }
    for (int i = whole; i < width; i++) {
      Floats.set(out, to + i, (Floats.get(x, from + i) - shift) * factor);
    }
  }

  @Override
  public void rmsNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long to,
      long rows,
      int width) {
    for (long r = 0; r < rows; r++) {
      rmsNorm(x, from + r * width, weight, epsilon, out, to + r * width, width);
    }
  }

  private static void rmsNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long to,
      int width) {
    float inverse = (float) (1 / Math.sqrt(squares(x, from, 0, width) / width + epsilon));
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector value =
          FloatVector.fromMemorySegment(SPECIES, x, (from + i) * Float.BYTES, ORDER);
      FloatVector scale =
          FloatVector.fromMemorySegment(SPECIES, weight, (long) i * Float.BYTES, ORDER);
      value.mul(inverse).mul(scale).intoMemorySegment(out, (to + i) * Float.BYTES, ORDER);
    }
    for (int i = whole; i < width; i++) {
      Floats.set(out, to + i, Floats.get(x, from + i) * inverse * Floats.get(weight, i));
    }
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long to,
      long rows,
      int width) {
    for (long r = 0; r < rows; r++) {
      layerNorm(x, from + r * width, weight, bias, epsilon, out, to + r * width, width);
    }
  }

  private void layerNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long to,
      int width) {
    float mean = sum(x, from, width) / width;
    float inverse = (float) (1 / Math.sqrt(squares(x, from, mean, width) / width + epsilon));
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector value =
          FloatVector.fromMemorySegment(SPECIES, x, (from + i) * Float.BYTES, ORDER);
      FloatVector scale =
          FloatVector.fromMemorySegment(SPECIES, weight, (long) i * Float.BYTES, ORDER);
      FloatVector shift =
          FloatVector.fromMemorySegment(SPECIES, bias, (long) i * Float.BYTES, ORDER);
      value
          .sub(mean)
          .mul(inverse)
          .fma(scale, shift)
          .intoMemorySegment(out, (to + i) * Float.BYTES, ORDER);
    }
    for (int i = whole; i < width; i++) {
      float normal = (Floats.get(x, from + i) - mean) * inverse;
      Floats.set(out, to + i, normal * Floats.get(weight, i) + Floats.get(bias, i));
    }
  }

  private static float squares(MemorySegment x, long from, float mean, int width) {
    int whole = Lanes.whole(width);
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector centered =
          FloatVector.fromMemorySegment(SPECIES, x, (from + i) * Float.BYTES, ORDER).sub(mean);
      sums = centered.fma(centered, sums);
    }
    float[] lanes = new float[Lanes.COUNT];
    sums.intoArray(lanes, 0);
    float sum = Lanes.sum(lanes);
    for (int i = whole; i < width; i++) {
      float centered = Floats.get(x, from + i) - mean;
      sum += centered * centered;
    }
    return sum;
  }
}
