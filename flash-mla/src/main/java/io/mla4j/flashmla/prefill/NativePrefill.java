package io.mla4j.flashmla.prefill;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.mla4j.flashmla.cache.NativeKernel;
import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;

/** The C twin of one element type, {@code kernels/src/main/c/kernels/prefill_*.c}. */
public record NativePrefill(ElementType type, NativeKernel kernel) implements PrefillTwin {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

  /** Where there is one for this type that the processor can run. */
  public static Optional<NativePrefill> find(ElementType type, Scratch scratch) {
    String name = "prefill_" + type.name().toLowerCase(Locale.ROOT);
    return NativeKernel.find(name, SIGNATURE, scratch)
        .map(kernel -> new NativePrefill(type, kernel));
  }

  @Override
  public String description() {
    return NativeKernel.description();
  }

  @Override
  public boolean supports(ElementType wanted) {
    return wanted == type;
  }

  @Override
  public void run(PrefillTask task, PrefillBlock block) {
    int head = task.firstHead(block);
    MemorySegment queries = task.queries().from(block.firstQuery(), head);
    MemorySegment out = task.result().out().from(block.firstQuery(), head);
    MemorySegment keys = keysOf(task.keys(), block);
    MemorySegment values = keysOf(task.values(), block);
    long lse = (long) head * task.metadata().queryTokens() + block.firstQuery();
    MemorySegment logSumExp = task.result().logSumExp().asSlice(lse * Float.BYTES);
    kernel.run(
        job(task, block),
        (function, job, work) -> {
          // A statement: as an expression the call would ask the function for an object.
          function.invokeExact(job, queries, keys, values, work, out, logSumExp);
        });
  }

  /** A sequence without keys may stand behind the end of their memory. */
  private static MemorySegment keysOf(TokenRows rows, PrefillBlock block) {
    return block.keys() == 0 ? rows.memory() : rows.from(block.firstKey(), block.keyHead());
  }

  /** {@code struct prefill_job}. */
  private static long[] job(PrefillTask task, PrefillBlock block) {
    PrefillShape shape = task.shape();
    TokenRows out = task.result().out();
    return new long[] {
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
      shape.valueWidth(),
      Double.doubleToRawLongBits(task.scale())
    };
  }
}
