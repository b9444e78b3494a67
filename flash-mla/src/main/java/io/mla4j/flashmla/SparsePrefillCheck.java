package io.mla4j.flashmla;

import static io.mla4j.flashmla.MemoryCheck.rows;
import static io.mla4j.flashmla.MemoryCheck.writable;

/** Checks everything a sparse prefill will touch before anything runs. */
final class SparsePrefillCheck {

  private SparsePrefillCheck() {}

  static void all(
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
    if (indices.topK() < 0) {
      throw new IllegalArgumentException("topK must be 0 or more, not " + indices.topK() + ".");
    }
    long tokens = (long) shape.batch() * shape.queryTokens();
    rows("indices", indices.memory(), tokens, indices.topK(), Integer.BYTES);
    rows("out", result.out(), count, shape.valueWidth(), result.type().bytes());
    rows("maxLogits", result.maxLogits(), count, 1, Float.BYTES);
    rows("logSumExp", result.logSumExp(), count, 1, Float.BYTES);
    writable("out", result.out());
    writable("maxLogits", result.maxLogits());
    writable("logSumExp", result.logSumExp());
  }
}
