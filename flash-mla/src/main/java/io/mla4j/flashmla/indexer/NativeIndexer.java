package io.mla4j.flashmla.indexer;

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

/** The C twin of one format, {@code kernels/src/main/c/kernels/indexer_*.c}. */
public record NativeIndexer(CacheFormat format, NativeKernel kernel) implements IndexerTwin {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.of(
          JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

  /** Where there is one for this format that the processor can run. */
  public static Optional<NativeIndexer> find(CacheFormat format, Scratch scratch) {
    String name = "indexer_" + format.name().toLowerCase(Locale.ROOT);
    return NativeKernel.find(name, SIGNATURE, scratch)
        .map(kernel -> new NativeIndexer(format, kernel));
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
  public void run(IndexerTask task, IndexerPart part, MemorySegment scores, long firstRow) {
    IndexerQueries queries = task.queries();
    long row = task.row(part) * task.shape().heads();
    MemorySegment query =
        queries.memory().asSlice(row * task.shape().width() * queries.type().bytes());
    MemorySegment weights = queries.weights().asSlice(row * Float.BYTES);
    MemorySegment cache = task.cache().memory();
    MemorySegment table =
        task.table().memory().asSlice(task.tableOffset(part.sequence()) * Integer.BYTES);
    long score = (task.row(part) - firstRow) * task.metadata().longest();
    MemorySegment out = scores.asSlice(score * Float.BYTES);
    kernel.run(
        job(task, part),
        (function, job, work) -> {
          int failed = (int) function.invokeExact(job, query, weights, cache, table, work, out);
          if (failed != 0) {
            throw new IllegalArgumentException(
                "The blockTable changed while it was read and leads out of the cache.");
          }
        });
  }

  /** {@code struct indexer_job}. */
  private static long[] job(IndexerTask task, IndexerPart part) {
    IndexerShape shape = task.shape();
    IndexerMetadata metadata = task.metadata();
    int length = metadata.length(part.sequence());
    long visible =
        metadata.causal() ? (long) length - shape.queryTokens() + part.firstQuery() + 1 : length;
    return new long[] {
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
  }
}
