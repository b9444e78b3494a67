package io.mla4j.kernels.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin, in {@code elementwise.c}. */
record NativeConversions(ConversionBodies other, MethodHandle wide, MethodHandle near)
    implements ConversionBodies {

  private static final FunctionDescriptor CONVERT =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG);

  /** The twin where this machine has it, else the other one. */
  static ConversionBodies over(ConversionBodies other) {
    Optional<MethodHandle> wide = NativeKernels.get().find("widen", CONVERT);
    Optional<MethodHandle> near = NativeKernels.get().find("narrow", CONVERT);
    return wide.isPresent() && near.isPresent()
        ? new NativeConversions(other, wide.get(), near.get())
        : other;
  }

  @Override
  public void widen(MemorySegment x, long from, MemorySegment out, long to, int count) {
    if (NativeCall.accepts(x, out)) {
      call(wide, x.asSlice(from), NativeCall.from(out, to), count);
    } else {
      other.widen(x, from, out, to, count);
    }
  }

  @Override
  public void narrow(MemorySegment x, long from, MemorySegment out, long to, int count) {
    if (NativeCall.accepts(x, out)) {
      call(near, NativeCall.from(x, from), out.asSlice(to), count);
    } else {
      other.narrow(x, from, out, to, count);
    }
  }

  private static void call(MethodHandle function, MemorySegment x, MemorySegment out, long count) {
    try {
      function.invokeExact(x, out, count);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }
}
