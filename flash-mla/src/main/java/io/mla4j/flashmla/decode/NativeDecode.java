package io.mla4j.flashmla.decode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.NativeKernel;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;

/** The C twin of one format, {@code kernels/src/main/c/kernels/latent_decode_*.c}. */
public record NativeDecode(CacheFormat format, NativeKernel kernel) implements DecodeTwin {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

  /** Where there is one for this format that the processor can run. */
  public static Optional<NativeDecode> find(CacheFormat format, Scratch scratch) {
    String name = "latent_decode_" + format.name().toLowerCase(Locale.ROOT);
    return NativeKernel.find(name, SIGNATURE, scratch)
        .map(kernel -> new NativeDecode(format, kernel));
  }

  @Override
  public String description() {
    return NativeKernel.description();
  }

  @Override
  public boolean supports(CacheFormat wanted) {
    return wanted == format;
  }

  @Override
  public void run(DecodeTask task, DecodePart part, MemorySegment partial) {
    MemorySegment queries =
        task.queries().memory().asSlice(task.queryOffset(part) * task.queries().type().bytes());
    MemorySegment cache = task.cache().memory().asSlice(task.keyHeadOffset(part));
    MemorySegment positions = task.positions().asSlice(task.positionsOffset(part) * Integer.BYTES);
    MemorySegment out = partial.asSlice(part.partial() * Float.BYTES);
    kernel.run(
        job(task, part),
        (function, job, work) -> {
          int failed = (int) function.invokeExact(job, queries, cache, positions, work, out);
          if (failed != 0) {
            throw new IllegalArgumentException(
                "The positions changed while they were read and lead out of the cache.");
          }
        });
  }

  /** {@code struct latent_decode_job}. */
  private static long[] job(DecodeTask task, DecodePart part) {
    DecodeShape shape = task.shape();
    return new long[] {
      task.queries().type() == ElementType.FLOAT32 ? 1 : 0,
      task.queryTokenStride(),
      part.queryTokens(),
      shape.headsPerKey(),
      shape.width(),
      shape.valueWidth(),
      task.cache().blocks(),
      task.tokenBytes() * task.cache().blockTokens(),
      task.tokenBytes(),
      task.cache().blockTokens(),
      task.metadata().isSparse() ? 1 : 0,
      part.from(),
      part.to(),
      task.visible(part),
      task.causal() ? 1 : 0,
      Double.doubleToRawLongBits(task.options().scale())
    };
  }
}
