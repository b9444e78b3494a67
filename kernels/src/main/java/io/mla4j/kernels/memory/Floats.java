package io.mla4j.kernels.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Single float32 elements of a segment. */
public final class Floats {

  public static final long BYTES = Float.BYTES;

  private Floats() {}

  // The unaligned layout spares an alignment test at every access.
  public static float get(MemorySegment memory, long index) {
    return memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * BYTES);
  }

  public static void set(MemorySegment memory, long index, float value) {
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * BYTES, value);
  }

  public static void fill(MemorySegment memory, long index, long count, float value) {
    for (long i = index; i < index + count; i++) {
      set(memory, i, value);
    }
  }

  public static void clear(MemorySegment memory, long index, long count) {
    memory.asSlice(index * BYTES, count * BYTES).fill((byte) 0);
  }

  public static void copy(
      MemorySegment from, long index, MemorySegment to, long target, long count) {
    MemorySegment.copy(from, index * BYTES, to, target * BYTES, count * BYTES);
  }
}
