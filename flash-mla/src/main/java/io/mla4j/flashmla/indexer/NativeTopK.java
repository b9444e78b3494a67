package io.mla4j.flashmla.indexer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin, {@code kernels/src/main/c/kernels/top_k.c}. */
public final class NativeTopK implements TopKTwin {

  private final MethodHandle workBytes;
  private final MethodHandle topK;
  private final Scratch scratch;

  private NativeTopK(MethodHandle workBytes, MethodHandle topK, Scratch scratch) {
    this.workBytes = workBytes;
    this.topK = topK;
    this.scratch = scratch;
  }

  /** Where the processor can run it. */
  public static Optional<NativeTopK> find(Scratch scratch) {
    NativeKernels kernels = NativeKernels.get();
    Optional<MethodHandle> work =
        kernels.find("top_k_float32_work", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    Optional<MethodHandle> topK =
        kernels.find(
            "top_k_float32",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS));
    return work.flatMap(w -> topK.map(t -> new NativeTopK(w, t, scratch)));
  }

  @Override
  public String description() {
    return NativeKernels.get().description();
  }

  @Override
  public void select(MemorySegment rows, long from, int count, int k, MemorySegment out, long to) {
    MemorySegment row = rows.asSlice(from * Float.BYTES);
    MemorySegment indices = out.asSlice(to * Integer.BYTES);
    try {
      long bytes = (long) workBytes.invokeExact((long) count);
      try (Scratch.Loan work = scratch.borrow(bytes / Float.BYTES)) {
        topK.invokeExact(row, (long) count, (long) k, work.memory(), indices);
      }
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }
}
