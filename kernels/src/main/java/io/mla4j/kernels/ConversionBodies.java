package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;

/** Loops that widen stored elements to float32. */
public interface ConversionBodies {

  /**
   * {@code out = x} for bf16 elements that lie side by side.
   *
   * @param from offset of the first in bytes; it need not be aligned
   */
  void widen(MemorySegment x, long from, MemorySegment out, long to, int count);
}
