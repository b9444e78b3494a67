package io.mla4j.flashmla.cache;

import io.mla4j.kernels.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/** What every piece of memory must fulfil before a kernel gets its address. */
public final class MemoryCheck {

  private MemoryCheck() {}

  /** Requires room for rows that lie one after another. */
  public static void rows(String what, MemorySegment memory, long rows, long width, int bytes) {
    room(what, memory, times(what, rows, width), bytes);
  }

  /** Requires room for so many elements, in memory that all threads may use. */
  public static void room(String what, MemorySegment memory, long elements, int bytes) {
    long needed = times(what, elements, bytes);
    if (memory.byteSize() < needed) {
      throw new IllegalArgumentException(
          "%s needs %,d bytes, but its memory has %,d.".formatted(what, needed, memory.byteSize()));
    }
    if (!NativeMemory.isShared(memory)) {
      throw new IllegalArgumentException(
          what
              + " must be native memory that all threads may use, as of Arena.ofShared or ofAuto.");
    }
    if (memory.address() % Math.min(bytes, 4) != 0) {
      throw new IllegalArgumentException(
          what + " must be aligned to its elements of " + bytes + " bytes.");
    }
  }

  public static void writable(String what, MemorySegment memory) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException(what + " is read-only.");
    }
  }

  /** Requires that a result share no memory with what other threads may still read. */
  public static void apart(String what, MemorySegment written, MemorySegment... read) {
    for (MemorySegment other : read) {
      if (written.asOverlappingSlice(other).isPresent()) {
        throw new IllegalArgumentException(what + " shares memory with what is read.");
      }
    }
  }

  static long times(String what, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException overflow) {
      throw tooLarge(what, overflow);
    }
  }

  static long plus(String what, long a, long b) {
    try {
      return Math.addExact(a, b);
    } catch (ArithmeticException overflow) {
      throw tooLarge(what, overflow);
    }
  }

  private static IllegalArgumentException tooLarge(String what, ArithmeticException overflow) {
    return new IllegalArgumentException(what + " would have more than 2^63 bytes.", overflow);
  }
}
