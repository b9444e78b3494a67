package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.ElementType;
import io.mla4j.kernels.Scratch;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/** The C twin of one element type, {@code kernels/src/main/c/kernels/prefill_*.c}. */
final class NativePrefill implements PrefillTwin {

  /** 15 integers and a double, as {@code struct prefill_job}. */
  private static final long JOB_BYTES = 16 * Long.BYTES;

  private final ElementType type;
  private final MethodHandle workBytes;
  private final MethodHandle prefill;
  private final Scratch scratch;

  private NativePrefill(
      ElementType type, MethodHandle workBytes, MethodHandle prefill, Scratch scratch) {
    this.type = type;
    this.workBytes = workBytes;
    this.prefill = prefill;
    this.scratch = scratch;
  }

  /** Where there is one for this type that the processor can run. */
  static Optional<NativePrefill> find(ElementType type, Scratch scratch) {
    NativeKernels kernels = NativeKernels.get();
    String name = "prefill_" + type.name().toLowerCase(Locale.ROOT);
    Optional<MethodHandle> work =
        kernels.find(name + "_work", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    Optional<MethodHandle> prefill =
        kernels.find(
            name,
            FunctionDescriptor.ofVoid(
                ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    return work.flatMap(w -> prefill.map(p -> new NativePrefill(type, w, p, scratch)));
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
  public void run(PrefillTask task, PrefillBlock block) {
    try (Scratch.Loan loan = scratch.borrow(JOB_BYTES / Float.BYTES)) {
      MemorySegment job = loan.memory();
      describe(task, block, job);
      run(task, block, job);
    }
  }

  private static void describe(PrefillTask task, PrefillBlock block, MemorySegment job) {
    PrefillShape shape = task.shape();
    TokenRows out = task.result().out();
    long[] fields = {
      task.queries().tokenStride(),
      task.queries().headStride(),
      task.keys().tokenStride(),
      task.values().tokenStride(),
      out.tokenStride(),
      out.headStride(),
      out.type() == ElementType.FLOAT32 ? 1 : 0,
      task.metadata().queryTokens(),
      block.queryTokens(),
      shape.headsPerKey(),
      block.keys(),
      block.visible(),
      task.metadata().causal() ? 1 : 0,
      shape.width(),
      shape.valueWidth()
    };
    MemorySegment.copy(fields, 0, job, JAVA_LONG, 0, fields.length);
    job.setAtIndex(JAVA_DOUBLE, fields.length, task.scale());
  }

  private void run(PrefillTask task, PrefillBlock block, MemorySegment job) {
    // Segments and not addresses are handed over: they stay allocated until the call returns.
    int head = task.firstHead(block);
    MemorySegment queries = task.queries().from(block.firstQuery(), head);
    MemorySegment out = task.result().out().from(block.firstQuery(), head);
    MemorySegment keys = keysOf(task.keys(), block);
    MemorySegment values = keysOf(task.values(), block);
    long lse = (long) head * task.metadata().queryTokens() + block.firstQuery();
    MemorySegment logSumExp = task.result().logSumExp().asSlice(lse * Float.BYTES);
    try {
      long bytes = (long) workBytes.invokeExact(job);
      try (Scratch.Loan work = scratch.borrow(bytes / Float.BYTES)) {
        prefill.invokeExact(job, queries, keys, values, work.memory(), out, logSumExp);
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("The C kernel could not be called.", impossible);
    }
  }

  /** A sequence without keys may stand behind the end of their memory. */
  private static MemorySegment keysOf(TokenRows rows, PrefillBlock block) {
    return block.keys() == 0 ? rows.memory() : rows.from(block.firstKey(), block.keyHead());
  }
}
