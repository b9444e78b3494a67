package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;

/** Loops that turn stored elements into float32 and back. */
public interface ConversionBodies {

  /**
   * {@code out = x} for bf16 elements that lie side by side.
   *
   * @param from offset of the first in bytes; it need not be aligned
   */
  void widen(MemorySegment x, long from, MemorySegment out, long to, int count);

  /**
   * {@code out = x}, rounded to the nearest bf16, of two the even one; a NaN stays one.
   *
   * @param to offset of the first in bytes; it need not be aligned
   */
  void narrow(MemorySegment x, long from, MemorySegment out, long to, int count);
}
