package io.mla4j.flashmla.indexer;

import static io.mla4j.flashmla.cache.MemoryCheck.rows;
import static io.mla4j.flashmla.cache.MemoryCheck.writable;

import io.mla4j.flashmla.cache.MemoryCheck;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeCheck;
import java.lang.foreign.MemorySegment;

/** Checks everything an indexer's call will touch before anything runs. */
public final class IndexerCheck {

  private IndexerCheck() {}

  public static void task(IndexerTask task) {
    IndexerShape shape = task.shape();
    IndexerQueries queries = task.queries();
    long count = shape.tokens() * shape.heads();
    rows("queries", queries.memory(), count, shape.width(), queries.type().bytes());
    rows("weights", queries.weights(), count, 1, Float.BYTES);
    DecodeCheck.cache(task.cache(), 1, shape.width(), shape.width());
    DecodeCheck.table(shape.batch(), task.metadata()::length, task.cache(), task.table());
  }

  /** Threads still read while others write. */
  public static void apart(String what, MemorySegment result, IndexerTask task) {
    IndexerQueries queries = task.queries();
    MemoryCheck.apart(
        what,
        result,
        queries.memory(),
        queries.weights(),
        task.cache().memory(),
        task.table().memory());
  }

  public static void scores(IndexerMetadata metadata, MemorySegment scores) {
    rows("scores", scores, metadata.shape().tokens(), metadata.longest(), Float.BYTES);
    writable("scores", scores);
  }

  public static void indices(long count, TokenIndices indices) {
    if (indices.topK() < 0) {
      throw new IllegalArgumentException("topK must be 0 or more, not " + indices.topK() + ".");
    }
    rows("indices", indices.memory(), count, indices.topK(), Integer.BYTES);
    writable("indices", indices.memory());
  }

  /** Chosen tokens are int32. */
  public static void pool(PagedCache cache) {
    if (cache.tokens() > 1L << 31) {
      throw new IllegalArgumentException(
          "A cache of %,d tokens has some that an index of 32 bits does not reach."
              .formatted(cache.tokens()));
    }
  }

  public static void matrix(MemorySegment rows, long count, int width) {
    if (count < 0 || width < 0) {
      throw new IllegalArgumentException(
          "A matrix has 0 or more rows and columns, not %d and %d.".formatted(count, width));
    }
    rows("rows", rows, count, width, Float.BYTES);
  }
}
