package io.mla4j.flashmla.decode;

import static io.mla4j.flashmla.cache.MemoryCheck.apart;
import static io.mla4j.flashmla.cache.MemoryCheck.rows;
import static io.mla4j.flashmla.cache.MemoryCheck.writable;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import java.util.function.IntUnaryOperator;

/** Checks everything a call will touch before anything runs. */
public final class DecodeCheck {

  private DecodeCheck() {}

  public static void common(
      MlaMetadata metadata, Queries queries, PagedCache cache, DecodeResult result) {
    DecodeShape shape = metadata.shape();
    long count = shape.rows();
    rows("queries", queries.memory(), count, shape.width(), queries.type().bytes());
    cache(cache, shape.keyHeads(), shape.width(), shape.valueWidth());
    rows("out", result.out(), count, shape.valueWidth(), result.type().bytes());
    rows("logSumExp", result.logSumExp(), count, 1, Float.BYTES);
    writable("out", result.out());
    writable("logSumExp", result.logSumExp());
    apart("out", result.out(), queries.memory(), cache.memory());
    apart("logSumExp", result.logSumExp(), queries.memory(), cache.memory());
  }

  /** A pool of rows of a format. */
  public static void cache(PagedCache cache, int keyHeads, int width, int valueWidth) {
    CacheFormat format = cache.format();
    if (!format.fits(width, valueWidth)) {
      throw new IllegalArgumentException(
          "A cache in %s needs %s a multiple of %d, not %d and %d."
              .formatted(
                  format,
                  format == CacheFormat.FP8 ? "a valueWidth" : "a width and a valueWidth each",
                  format.widthMultiple(),
                  width,
                  valueWidth));
    }
    long tokenBytes = (long) keyHeads * format.rowBytes(width, valueWidth);
    rows("cache", cache.memory(), cache.tokens(), tokenBytes, 1);
    if (cache.memory().address() % format.alignment() != 0) {
      throw new IllegalArgumentException(
          "cache must be aligned to its elements of " + format.alignment() + " bytes.");
    }
  }

  public static void options(DecodeShape shape, DecodeOptions options) {
    options
        .sinks()
        .ifPresent(
            sinks -> {
              rows("sinks", sinks, shape.heads(), 1, Float.BYTES);
              for (int h = 0; h < shape.heads(); h++) {
                if (Float.isNaN(sinks.get(JAVA_FLOAT_UNALIGNED, 4L * h))) {
                  throw new IllegalArgumentException("The sink of head " + h + " is not a number.");
                }
              }
            });
  }

  /**
   * @param lengths tokens of each sequence
   */
  public static void table(
      int batch, IntUnaryOperator lengths, PagedCache cache, BlockTable table) {
    rows("blockTable", table.memory(), batch, table.blocksPerSequence(), Integer.BYTES);
    for (int b = 0; b < batch; b++) {
      int length = lengths.applyAsInt(b);
      long used = ((long) length + cache.blockTokens() - 1) / cache.blockTokens();
      if (used > table.blocksPerSequence()) {
        throw new IllegalArgumentException(
            "Sequence %d has %d tokens, but the %d blocks of its row of the blockTable hold %d."
                .formatted(
                    b,
                    length,
                    table.blocksPerSequence(),
                    (long) table.blocksPerSequence() * cache.blockTokens()));
      }
      for (int i = 0; i < used; i++) {
        long at = (long) b * table.blocksPerSequence() + i;
        int block = table.memory().get(JAVA_INT_UNALIGNED, at * Integer.BYTES);
        if (block < 0 || block >= cache.blocks()) {
          throw new IllegalArgumentException(
              "blockTable[%d][%d] is %d, but the cache has the blocks 0 to %d."
                  .formatted(b, i, block, cache.blocks() - 1));
        }
      }
    }
  }

  public static void indices(MlaMetadata metadata, PagedCache cache, TokenIndices indices) {
    DecodeShape shape = metadata.shape();
    long queries = (long) shape.batch() * shape.queryTokens();
    rows("indices", indices.memory(), queries, indices.topK(), Integer.BYTES);
    long count = queries * indices.topK();
    for (long i = 0; i < count; i++) {
      int token = indices.memory().get(JAVA_INT_UNALIGNED, i * Integer.BYTES);
      if (token < -1 || token >= cache.tokens()) {
        throw new IllegalArgumentException(
            "Index %d of query %d is %d, but the cache has the tokens 0 to %d, and -1 is none."
                .formatted(i % indices.topK(), i / indices.topK(), token, cache.tokens() - 1));
      }
    }
  }

  public static void kind(MlaMetadata metadata, boolean sparse) {
    if (metadata.isSparse() != sparse) {
      throw new IllegalArgumentException(
          sparse
              ? "The metadata divides sequences; with indices it comes from sparseMetadata."
              : "The metadata divides lists of tokens; with a block table it comes from metadata.");
    }
  }
}
