package io.mla4j.flashmla.cache;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * A C kernel that works on a job, a struct of 64-bit fields, in memory whose size the function of
 * its name and {@code _work} tells.
 *
 * @param scratch lends the job and the working memory
 */
public record NativeKernel(MethodHandle workBytes, MethodHandle function, Scratch scratch) {

  private static final FunctionDescriptor WORK = FunctionDescriptor.of(JAVA_LONG, ADDRESS);

  /** What hands arguments to the function. */
  @FunctionalInterface
  public interface Call {

    /**
     * Calls it. Segments and not addresses are handed over: they stay allocated until it returns.
     *
     * @param work working memory
     */
    public void run(MethodHandle function, MemorySegment job, MemorySegment work) throws Throwable;
  }

  /** Where there is one of this name that the processor can run. */
  public static Optional<NativeKernel> find(
      String name, FunctionDescriptor signature, Scratch scratch) {
    NativeKernels kernels = NativeKernels.get();
    Optional<MethodHandle> work = kernels.find(name + "_work", WORK);
    Optional<MethodHandle> function = kernels.find(name, signature);
    return work.flatMap(w -> function.map(f -> new NativeKernel(w, f, scratch)));
  }

  public static String description() {
    return NativeKernels.get().description();
  }

  /**
   * Runs.
   *
   * @param fields of the job, in their order; a double as its bits
   */
  public void run(long[] fields, Call call) {
    try (Scratch.Loan loan = scratch.borrow((long) fields.length * Long.BYTES / Float.BYTES)) {
      MemorySegment job = loan.memory();
      MemorySegment.copy(fields, 0, job, JAVA_LONG, 0, fields.length);
      long bytes = (long) workBytes.invokeExact(job);
      try (Scratch.Loan work = scratch.borrow(bytes / Float.BYTES)) {
        call.run(function, job, work.memory());
      }
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }
}
