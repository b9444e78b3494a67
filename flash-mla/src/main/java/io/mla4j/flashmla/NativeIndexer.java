package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.ADDRESS;
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

/** The C twin of one format, {@code kernels/src/main/c/kernels/indexer_*.c}. */
final class NativeIndexer implements IndexerTwin {

  /** 13 integers, as {@code struct indexer_job}. */
  private static final long JOB_BYTES = 13 * Long.BYTES;

  private final CacheFormat format;
  private final MethodHandle workBytes;
  private final MethodHandle indexer;
  private final Scratch scratch;

  private NativeIndexer(
      CacheFormat format, MethodHandle workBytes, MethodHandle indexer, Scratch scratch) {
    this.format = format;
    this.workBytes = workBytes;
    this.indexer = indexer;
    this.scratch = scratch;
  }

  /** Where there is one for this format that the processor can run. */
  static Optional<NativeIndexer> find(CacheFormat format, Scratch scratch) {
    NativeKernels kernels = NativeKernels.get();
    String name = "indexer_" + format.name().toLowerCase(Locale.ROOT);
    Optional<MethodHandle> work =
        kernels.find(name + "_work", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    Optional<MethodHandle> indexer =
        kernels.find(
            name,
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    return work.flatMap(w -> indexer.map(i -> new NativeIndexer(format, w, i, scratch)));
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
  public void run(IndexerTask task, IndexerPart part, MemorySegment scores, long firstRow) {
    try (Scratch.Loan loan = scratch.borrow(JOB_BYTES / Float.BYTES)) {
      MemorySegment job = loan.memory();
      describe(task, part, job);
      long row = (task.row(part) - firstRow) * task.metadata().longest();
      run(task, part, job, scores.asSlice(row * Float.BYTES));
    }
  }

  private static void describe(IndexerTask task, IndexerPart part, MemorySegment job) {
    IndexerShape shape = task.shape();
    IndexerMetadata metadata = task.metadata();
    int length = metadata.length(part.sequence());
    long visible =
        metadata.causal() ? (long) length - shape.queryTokens() + part.firstQuery() + 1 : length;
    long[] fields = {
      task.queries().type() == ElementType.FLOAT32 ? 1 : 0,
      part.queryTokens(),
      shape.heads(),
      shape.width(),
      task.cache().blocks(),
      task.keyBytes() * task.cache().blockTokens(),
      task.keyBytes(),
      task.cache().blockTokens(),
      part.from(),
      part.to(),
      visible,
      metadata.causal() ? 1 : 0,
      metadata.longest()
    };
    MemorySegment.copy(fields, 0, job, JAVA_LONG, 0, fields.length);
  }

  private void run(IndexerTask task, IndexerPart part, MemorySegment job, MemorySegment out) {
    // Segments and not addresses are handed over: they stay allocated until the call returns.
    IndexerQueries queries = task.queries();
    long row = task.row(part) * task.shape().heads();
    MemorySegment query =
        queries.memory().asSlice(row * task.shape().width() * queries.type().bytes());
    MemorySegment weights = queries.weights().asSlice(row * Float.BYTES);
    MemorySegment cache = task.cache().memory();
    MemorySegment table =
        task.table().memory().asSlice(task.tableOffset(part.sequence()) * Integer.BYTES);
    try {
      long bytes = (long) workBytes.invokeExact(job);
      try (Scratch.Loan work = scratch.borrow(bytes / Float.BYTES)) {
        int failed =
            (int) indexer.invokeExact(job, query, weights, cache, table, work.memory(), out);
        if (failed != 0) {
          throw new IllegalArgumentException(
              "The blockTable changed while it was read and leads out of the cache.");
        }
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("The C kernel could not be called.", impossible);
    }
  }
}
