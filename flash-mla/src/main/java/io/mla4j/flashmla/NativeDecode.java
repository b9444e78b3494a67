package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.ElementType;
import io.mla4j.kernels.Scratch;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/** The C twin of one format, {@code kernels/src/main/c/kernels/latent_decode_*.c}. */
final class NativeDecode implements DecodeTwin {

  /** 15 integers and a double, as {@code struct latent_decode_job}. */
  private static final long JOB_BYTES = 16 * Long.BYTES;

  private final CacheFormat format;
  private final MethodHandle workBytes;
  private final MethodHandle decode;
  private final Scratch scratch;

  private NativeDecode(
      CacheFormat format, MethodHandle workBytes, MethodHandle decode, Scratch scratch) {
    this.format = format;
    this.workBytes = workBytes;
    this.decode = decode;
    this.scratch = scratch;
  }

  /** Where there is one for this format that the processor can run. */
  static Optional<NativeDecode> find(CacheFormat format, Scratch scratch) {
    NativeKernels kernels = NativeKernels.get();
    String name = "latent_decode_" + format.name().toLowerCase(Locale.ROOT);
    Optional<MethodHandle> work =
        kernels.find(name + "_work", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    Optional<MethodHandle> decode =
        kernels.find(
            name,
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    return work.flatMap(w -> decode.map(d -> new NativeDecode(format, w, d, scratch)));
  }

  @Override
  public String description() {
    return NativeKernels.get().description();
  }

  @Override
  public boolean supports(CacheFormat wanted) {
    return wanted == format;
  }

  @Override
  public void run(DecodeTask task, DecodePart part, MemorySegment partial) {
    try (Scratch.Loan loan = scratch.borrow(JOB_BYTES / Float.BYTES)) {
      MemorySegment job = loan.memory();
      describe(task, part, job);
      run(task, part, job, partial);
    }
  }

  private static void describe(DecodeTask task, DecodePart part, MemorySegment job) {
    DecodeShape shape = task.shape();
    long[] fields = {
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
      task.causal() ? 1 : 0
    };
    MemorySegment.copy(fields, 0, job, JAVA_LONG, 0, fields.length);
    job.setAtIndex(JAVA_DOUBLE, fields.length, task.options().scale());
  }

  private void run(DecodeTask task, DecodePart part, MemorySegment job, MemorySegment partial) {
    // Segments and not addresses are handed over: they stay allocated until the call returns.
    MemorySegment queries =
        task.queries().memory().asSlice(task.queryOffset(part) * task.queries().type().bytes());
    MemorySegment cache = task.cache().memory().asSlice(task.keyHeadOffset(part));
    MemorySegment positions = task.positions().asSlice(task.positionsOffset(part) * Integer.BYTES);
    MemorySegment out = partial.asSlice(part.partial() * Float.BYTES);
    try {
      long bytes = (long) workBytes.invokeExact(job);
      try (Scratch.Loan work = scratch.borrow(bytes / Float.BYTES)) {
        int failed = (int) decode.invokeExact(job, queries, cache, positions, work.memory(), out);
        if (failed != 0) {
          throw new IllegalArgumentException(
              "The positions changed while they were read and lead out of the cache.");
        }
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("The C kernel could not be called.", impossible);
    }
  }
}
