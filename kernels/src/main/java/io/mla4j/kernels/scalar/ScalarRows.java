package io.mla4j.kernels.scalar;

import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;

final class ScalarRows implements RowBodies {

  @Override
  public float sum(MemorySegment x, long from, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += Floats.get(x, from + i);
    }
    return (float) sum;
  }

  @Override
  public float max(MemorySegment x, long from, int width) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < width; i++) {
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
    float max = max(x, from, width);
    double sum = 0;
    for (int i = 0; i < width; i++) {
      float exponential = FloatMath.exp(Floats.get(x, from + i) - max);
      Floats.set(out, to + i, exponential);
      sum += exponential;
    }
    float inverse = (float) (1 / sum);
    for (int i = 0; i < width; i++) {
      Floats.set(out, to + i, Floats.get(out, to + i) * inverse);
    }
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
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += FloatMath.exp(Floats.get(x, from + i) - max);
    }
    float log = (float) Math.log(sum);
    for (int i = 0; i < width; i++) {
      Floats.set(out, to + i, Floats.get(x, from + i) - max - log);
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

  private void rmsNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long to,
      int width) {
    float inverse = (float) (1 / Math.sqrt(squares(x, from, 0, width) / width + epsilon));
    for (int i = 0; i < width; i++) {
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
    for (int i = 0; i < width; i++) {
      float normal = (Floats.get(x, from + i) - mean) * inverse;
      Floats.set(out, to + i, normal * Floats.get(weight, i) + Floats.get(bias, i));
    }
  }

  private static double squares(MemorySegment x, long from, float mean, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double centered = Floats.get(x, from + i) - mean;
      sum += centered * centered;
    }
    return sum;
  }
}
