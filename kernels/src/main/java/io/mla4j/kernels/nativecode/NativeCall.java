package io.mla4j.kernels.nativecode;

import java.lang.foreign.MemorySegment;

/** What the calls of C twins share. */
public final class NativeCall {

  private NativeCall() {}

  /** The memory from an element on, as C gets it. */
  public static MemorySegment from(MemorySegment memory, long element) {
    return memory.asSlice(element * Float.BYTES);
  }

  /** Whether C can be given these; it cannot read a Java array. */
  public static boolean accepts(MemorySegment a, MemorySegment b) {
    return a.isNative() && b.isNative();
  }

  /** A segment may be freed between the check and the call, which throws a state exception. */
  public static RuntimeException failed(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known
        ? known
        : new IllegalStateException("A C kernel could not be called.", failure);
  }
}
