package io.mla4j.kernels.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How an element lies in memory. */
public enum ElementType {
  FLOAT32(Float.BYTES),
  BF16(Short.BYTES);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /** An element as float32. */
  public float get(MemorySegment memory, long index) {
    return switch (this) {
      case FLOAT32 -> Floats.get(memory, index);
      case BF16 -> Bf16.toFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES));
    };
  }
}
