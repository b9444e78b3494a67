package io.mla4j.kernels.memory;

import java.lang.foreign.MemorySegment;

/** Checks of memory that all threads and C may use. Every complaint names what it is about. */
public final class NativeMemory {

  /** Stands for any thread that is not the caller's. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private NativeMemory() {}

  /**
   * Requires native memory that every thread may use, with room for a matrix.
   *
   * @param bytes of an element
   * @throws IllegalArgumentException if it is not
   */
  public static void check(String what, MemorySegment memory, int bytes, long rows, long columns) {
    Extent.check(what, memory, bytes, 0, 1, Extent.timesExact(what, rows, columns));
    if (!isShared(memory)) {
      throw new IllegalArgumentException(whyNotShared(what, memory));
    }
  }

  /** Whether any thread, and C, may use a memory now. */
  public static boolean isShared(MemorySegment memory) {
    return memory.isNative() && memory.scope().isAlive() && memory.isAccessibleBy(ANOTHER);
  }

  private static String whyNotShared(String what, MemorySegment memory) {
    if (!memory.isNative()) {
      return "The " + what + " must lie in native memory.";
    }
    return memory.scope().isAlive()
        ? "The " + what + " lies in a confined arena; kernel threads need a shared one."
        : "The memory of the " + what + " has been freed.";
  }

  /** Requires that a memory can be written to. */
  public static void checkWritable(String what, MemorySegment memory) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException("The " + what + " is read-only memory.");
    }
  }

  /** Requires that what is written does not lie in what is read. */
  public static void checkApart(
      String what, MemorySegment written, String other, MemorySegment read) {
    if (written.asOverlappingSlice(read).isPresent()) {
      throw new IllegalArgumentException(
          "The " + what + " shares memory with the " + other + ", which is read meanwhile.");
    }
  }
}
