package io.mla4j.kernels.memory;

import java.lang.foreign.MemorySegment;

/** Checks that what a kernel will touch lies inside its segments. */
public final class Extent {

  private Extent() {}

  /** Requires room for {@code count} elements from {@code offset}, {@code step} apart. */
  public static void check(
      String what, MemorySegment memory, int bytes, long offset, long step, long count) {
    if (offset < 0 || step < 0 || count < 0) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " has a negative offset, stride or size: "
              + offset
              + ", "
              + step
              + ", "
              + count
              + ".");
    }
    if (count > 0) {
      checkLast(what, memory, bytes, addExact(what, offset, timesExact(what, count - 1, step)));
    }
  }

  /** Requires float32 elements. */
  public static void check(String what, MemorySegment memory, long offset, long step, long count) {
    check(what, memory, Float.BYTES, offset, step, count);
  }

  /** Requires an extent of 1 or more. */
  public static void checkPositive(String what, long extent) {
    if (extent < 1) {
      throw new IllegalArgumentException("The " + what + " must be 1 or more, not " + extent + ".");
    }
  }

  static void checkLast(String what, MemorySegment memory, int bytes, long last) {
    if (last >= memory.byteSize() / bytes) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " reaches element "
              + last
              + ", but its memory holds "
              + memory.byteSize() / bytes
              + ".");
    }
  }

  public static long timesExact(String what, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException overflow) {
      throw tooLarge(what, overflow);
    }
  }

  public static long addExact(String what, long a, long b) {
    try {
      return Math.addExact(a, b);
    } catch (ArithmeticException overflow) {
      throw tooLarge(what, overflow);
    }
  }

  private static IllegalArgumentException tooLarge(String what, ArithmeticException overflow) {
    return new IllegalArgumentException(
        "The " + what + " spans more than 2^63 elements.", overflow);
  }
}
