package io.mla4j.kernels.peak;

import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/** The probes of {@code peaks.c}, where this processor has them. */
final class NativeProbes {

  private static final FunctionDescriptor PRODUCT =
      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
  private static final FunctionDescriptor READ =
      FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  /** Which is faster depends on the size of pages. */
  private static final List<String> READS = List.of("peak_read", "peak_read_streams");

  private NativeProbes() {}

  static Optional<ProductProbe> product(PeakKind kind) {
    return NativeKernels.get()
        .find("peak_" + kind, PRODUCT)
        .map(handle -> (rounds, vectors) -> call(handle, rounds, vectors));
  }

  /** Ways to read, none where there is no C. */
  static List<ReadProbe> reads() {
    return READS.stream().flatMap(name -> read(name).stream()).toList();
  }

  private static Optional<ReadProbe> read(String name) {
    return NativeKernels.get().find(name, READ).map(handle -> memory -> call(handle, memory));
  }

  private static long call(MethodHandle handle, long rounds, MemorySegment vectors) {
    try {
      return (long) handle.invokeExact(rounds, vectors);
    } catch (Throwable impossible) {
      throw new IllegalStateException("A probe in C failed.", impossible);
    }
  }

  private static long call(MethodHandle handle, MemorySegment memory) {
    try {
      return (long) handle.invokeExact(memory, memory.byteSize());
    } catch (Throwable impossible) {
      throw new IllegalStateException("A probe in C failed.", impossible);
    }
  }
}
