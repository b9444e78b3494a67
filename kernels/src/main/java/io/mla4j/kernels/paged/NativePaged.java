package io.mla4j.kernels.paged;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/** The C twin of one type, {@code kernels/src/main/c/kernels/paged_decode.c}. */
record NativePaged(ElementType type, MethodHandle workBytes, MethodHandle function, Scratch scratch)
    implements PagedBody {

  private static final FunctionDescriptor WORK = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor RUN =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

  /** Where there is one for this type that the processor can run. */
  static Optional<NativePaged> find(ElementType type, Scratch scratch) {
    String name = "paged_decode_" + type.name().toLowerCase(Locale.ROOT);
    NativeKernels kernels = NativeKernels.get();
    Optional<MethodHandle> work = kernels.find(name + "_work", WORK);
    return work.flatMap(
        w -> kernels.find(name, RUN).map(run -> new NativePaged(type, w, run, scratch)));
  }

  @Override
  public String description() {
    return NativeKernels.get().description();
  }

  @Override
  public boolean supports(ElementType wanted) {
    return wanted == type;
  }

  @Override
  public void run(PagedTask task, PagedPart part, MemorySegment partial) {
    long[] fields = job(task, part);
    try (Scratch.Loan loan = scratch.borrow((long) fields.length * Long.BYTES / Float.BYTES)) {
      MemorySegment job = loan.memory();
      MemorySegment.copy(fields, 0, job, JAVA_LONG, 0, fields.length);
      long bytes = (long) workBytes.invokeExact(job);
      try (Scratch.Loan work = scratch.borrow(bytes / Float.BYTES)) {
        function.invokeExact(
            job,
            task.queries().asSlice(task.queryOffset(part) * Float.BYTES),
            task.pool().keys(),
            task.pool().values(),
            task.table().asSlice(task.tableOffset(part) * Integer.BYTES),
            work.memory(),
            partial.asSlice(part.partial() * Float.BYTES));
      }
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  /** {@code struct paged_decode_job}. */
  private static long[] job(PagedTask task, PagedPart part) {
    PagedShape shape = task.shape();
    long blockElements = (long) task.pool().blockTokens() * task.pool().type().bytes();
    return new long[] {
      part.queryTokens(),
      task.queryTokenStride(),
      shape.sharing(),
      shape.keyHeads(),
      shape.width(),
      shape.valueWidth(),
      task.keyToken() * blockElements,
      task.valueToken() * blockElements,
      task.pool().blockTokens(),
      part.from(),
      part.to(),
      task.plan().position(part.sequence(), part.firstQuery()),
      task.plan().causal() ? 1 : 0,
      task.plan().window(),
      Double.doubleToRawLongBits(task.scale())
    };
  }
}
