package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

final class VectorRows implements RowBodies {

  @Override
  public float sum(MemorySegment x, long from, int width) {
    int whole = Lanes.whole(width);
    FloatVector sums = Lanes.zero();
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sums = sums.add(Lanes.load(x, from + i));
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = whole; i < width; i++) {
      sum += Floats.get(x, from + i);
    }
    return sum;
  }

  @Override
  public float max(MemorySegment x, long from, int width) {
    int whole = Lanes.whole(width);
    FloatVector largest = Lanes.broadcast(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      largest = largest.max(Lanes.load(x, from + i));
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < width; i++) {
      max = Math.max(max, Floats.get(x, from + i));
    }
    return max;
  }

  @Override
  public void softmax(MemorySegment x, long from, MemorySegment out, long to, int width) {
    float max = max(x, from, width);
    int whole = Lanes.whole(width);
    FloatVector sums = Lanes.zero();
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector exponentials = VectorMath.exp(Lanes.load(x, from + i).sub(max));
      Lanes.store(exponentials, out, to + i);
      sums = sums.add(exponentials);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = whole; i < width; i++) {
      float exponential = FloatMath.exp(Floats.get(x, from + i) - max);
      Floats.set(out, to + i, exponential);
      sum += exponential;
    }
    scale(out, to, 1 / sum, width);
  }

  private void scale(MemorySegment x, long from, float factor, int width) {
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x, from + i).mul(factor), x, from + i);
    }
    for (int i = whole; i < width; i++) {
      Floats.set(x, from + i, Floats.get(x, from + i) * factor);
    }
  }

  @Override
  public void logSoftmax(MemorySegment x, long from, MemorySegment out, long to, int width) {
    float max = max(x, from, width);
    float log = (float) Math.log(sumOfExponentials(x, from, max, width));
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x, from + i).sub(max).sub(log), out, to + i);
    }
    for (int i = whole; i < width; i++) {
      Floats.set(out, to + i, Floats.get(x, from + i) - max - log);
    }
  }

  private static float sumOfExponentials(MemorySegment x, long from, float max, int width) {
    int whole = Lanes.whole(width);
    FloatVector sums = Lanes.zero();
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sums = sums.add(VectorMath.exp(Lanes.load(x, from + i).sub(max)));
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = whole; i < width; i++) {
      sum += FloatMath.exp(Floats.get(x, from + i) - max);
    }
    return sum;
  }

  @Override
  public void rmsNorm(
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
      FloatVector normal = Lanes.load(x, from + i).mul(inverse);
      Lanes.store(normal.mul(Lanes.load(weight, i)), out, to + i);
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
      int width) {
    float mean = sum(x, from, width) / width;
    float inverse = (float) (1 / Math.sqrt(squares(x, from, mean, width) / width + epsilon));
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector normal = Lanes.load(x, from + i).sub(mean).mul(inverse);
      Lanes.store(normal.fma(Lanes.load(weight, i), Lanes.load(bias, i)), out, to + i);
    }
    for (int i = whole; i < width; i++) {
      float normal = (Floats.get(x, from + i) - mean) * inverse;
      Floats.set(out, to + i, normal * Floats.get(weight, i) + Floats.get(bias, i));
    }
  }

  private static float squares(MemorySegment x, long from, float mean, int width) {
    int whole = Lanes.whole(width);
    FloatVector sums = Lanes.zero();
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector centered = Lanes.load(x, from + i).sub(mean);
      sums = centered.fma(centered, sums);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = whole; i < width; i++) {
      float centered = Floats.get(x, from + i) - mean;
      sum += centered * centered;
    }
    return sum;
  }
}
