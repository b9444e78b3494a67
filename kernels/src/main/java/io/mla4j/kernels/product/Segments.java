package io.mla4j.kernels.product;

import io.mla4j.kernels.Extent;
import java.lang.foreign.MemorySegment;

/** What every segment must fulfil before C gets its address. */
final class Segments {

  /** Stands for any thread that is not the caller's. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private Segments() {}

  /** Requires native memory that every thread may use, with room for {@code rows · columns}. */
  static void check(String what, MemorySegment memory, int bytes, long rows, long columns) {
    Extent.check(what, memory, bytes, 0, 1, Extent.timesExact(what, rows, columns));
    if (!memory.isNative()) {
      throw new IllegalArgumentException("The " + what + " must lie in native memory.");
    }
    checkUse(what, memory);
  }

  private static void checkUse(String what, MemorySegment memory) {
    if (!memory.scope().isAlive()) {
      throw new IllegalArgumentException("The memory of the " + what + " has been freed.");
    }
    if (!memory.isAccessibleBy(ANOTHER)) {
      throw new IllegalArgumentException(
          "The " + what + " lies in a confined arena; kernel threads need a shared one.");
    }
  }

  static void checkWritable(String what, MemorySegment memory) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException("The " + what + " is read-only memory.");
    }
  }

  static void checkPositive(String what, long extent) {
    if (extent < 1) {
      throw new IllegalArgumentException("The " + what + " must be 1 or more, not " + extent + ".");
    }
  }
}
