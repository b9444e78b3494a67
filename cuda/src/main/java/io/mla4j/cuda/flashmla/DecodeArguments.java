package io.mla4j.cuda.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Writes {@code struct Decode} of latent_decode.cu field by field. */
final class DecodeArguments {

  private static final int BYTES = 13 * Long.BYTES + 14 * Integer.BYTES;

  private final MemorySegment memory;
  private long at;

  DecodeArguments(SegmentAllocator allocator) {
    this.memory = allocator.allocate(BYTES, Long.BYTES);
  }

  DecodeArguments address(long address) {
    memory.set(JAVA_LONG, at, address);
    at += Long.BYTES;
    return this;
  }

  DecodeArguments number(int number) {
    memory.set(JAVA_INT, at, number);
    at += Integer.BYTES;
    return this;
  }

  DecodeArguments flag(boolean flag) {
    return number(flag ? 1 : 0);
  }

  DecodeArguments number(float number) {
    memory.set(JAVA_FLOAT, at, number);
    at += Float.BYTES;
    return this;
  }

  /**
   * What numbers below 2^31 are divided by: {@code (umulhi(n, multiplier) + n) >> shift} (Granlund
   * and Montgomery, Division by Invariant Integers using Multiplication, 1994).
   */
  DecodeArguments divisor(int divisor) {
    int shift = Integer.SIZE - Integer.numberOfLeadingZeros(divisor - 1);
    long multiplier = (1L << Integer.SIZE) * ((1L << shift) - divisor) / divisor + 1;
    return number((int) multiplier).number(shift);
  }

  MemorySegment memory() {
    return memory;
  }
}
