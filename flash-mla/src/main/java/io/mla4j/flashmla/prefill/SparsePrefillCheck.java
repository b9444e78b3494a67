package io.mla4j.flashmla.prefill;

import static io.mla4j.flashmla.cache.MemoryCheck.apart;
import static io.mla4j.flashmla.cache.MemoryCheck.rows;
import static io.mla4j.flashmla.cache.MemoryCheck.writable;

import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeCheck;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import java.lang.foreign.MemorySegment;

/** Checks everything a sparse prefill will touch before anything runs. */
public final class SparsePrefillCheck {

  /** A part of a decode has no more, and a query token is one part. */
  private static final int MOST_TOKENS = 1 << 30;

  private SparsePrefillCheck() {}

  public static void all(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      SparsePrefillResult result) {
    if (shape.keyHeads() != 1) {
      throw new IllegalArgumentException(
          "A sparse prefill is over one key head, not " + shape.keyHeads() + ".");
    }
    long count = shape.rows();
    rows("queries", queries.memory(), count, shape.width(), queries.type().bytes());
    DecodeCheck.cache(cache, 1, shape.width(), shape.valueWidth());
    DecodeCheck.options(shape, options);
    if (indices.topK() < 0 || indices.topK() > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "topK must be 0 or more and at most 2^30, not " + indices.topK() + ".");
    }
    long tokens = (long) shape.batch() * shape.queryTokens();
    rows("indices", indices.memory(), tokens, indices.topK(), Integer.BYTES);
    rows("out", result.out(), count, shape.valueWidth(), result.type().bytes());
    rows("maxLogits", result.maxLogits(), count, 1, Float.BYTES);
    rows("logSumExp", result.logSumExp(), count, 1, Float.BYTES);
    writable("out", result.out());
    writable("maxLogits", result.maxLogits());
    writable("logSumExp", result.logSumExp());
    MemorySegment[] read = {queries.memory(), cache.memory(), indices.memory()};
    apart("out", result.out(), read);
    apart("maxLogits", result.maxLogits(), read);
    apart("logSumExp", result.logSumExp(), read);
  }
}
