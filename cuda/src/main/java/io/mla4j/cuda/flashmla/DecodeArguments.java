package io.mla4j.cuda.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Writes {@code struct Decode} of latent_decode.cu field by field. */
final class DecodeArguments {

  private static final int BYTES = 13 * Long.BYTES + 12 * Integer.BYTES;

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

  MemorySegment end(float last) {
    memory.set(JAVA_FLOAT, at, last);
    return memory;
  }
}
