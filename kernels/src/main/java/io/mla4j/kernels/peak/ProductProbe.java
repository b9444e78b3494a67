package io.mla4j.kernels.peak;

import java.lang.foreign.MemorySegment;

/** Multiply-adds that stay in the registers of one core. */
@FunctionalInterface
interface ProductProbe {

  /** Bytes of the two operands; the widest vectors have 64. */
  int OPERAND_BYTES = 2 * 64;

  /**
   * Multiplies and adds.
   *
   * @param vectors the operands; the first is overwritten with the sums
   * @return the operations done
   */
  long run(long rounds, MemorySegment vectors);
}
