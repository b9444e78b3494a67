package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;

/**
 * Loops over one row, or several that follow one another, whose elements lie side by side; {@code
 * out} may be {@code x}.
 */
public interface RowBodies {

  float sum(MemorySegment x, long from, int width);

  /** The largest element; NaN if one is NaN. The width is 1 or more. */
  float max(MemorySegment x, long from, int width);

  /** Exponentials divided by their sum. */
  void softmax(MemorySegment x, long from, MemorySegment out, long to, long rows, int width);

  void logSoftmax(MemorySegment x, long from, MemorySegment out, long to, long rows, int width);

  /** {@code x / √(mean(x²) + ε) · weight}. */
  void rmsNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long to,
      long rows,
      int width);

  /** {@code (x − mean) / √(variance + ε) · weight + bias}. */
  void layerNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long to,
      long rows,
      int width);
}
