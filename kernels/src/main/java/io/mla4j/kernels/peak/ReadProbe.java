package io.mla4j.kernels.peak;

import java.lang.foreign.MemorySegment;

/** Reads memory once, on one core. */
@FunctionalInterface
interface ReadProbe {

  /**
   * Reads all of it.
   *
   * @param memory a multiple of 2048 bytes
   * @return a sum of what was read, so that nothing can be left out
   */
  long sum(MemorySegment memory);
}
