package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.prefill.SparsePrefillResult;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every wrong argument is refused by name, before anything is written. */
class SparsePrefillCheckTest {

  private static final DecodeShape SHAPE = new DecodeShape(1, 3, 2, 1, 8, 6);
  private static final DecodeOptions OPTIONS = DecodeOptions.of(1, false);

  private final FlashMla mla = FlashMla.start(1);
  private final Queries queries = new Queries(bytes(6 * 8 * 2), ElementType.BF16);
  private final PagedCache cache = new PagedCache(bytes(5 * 8 * 2), CacheFormat.BF16, 1, 5);
  private final TokenIndices indices = new TokenIndices(bytes(3 * 4 * 4), 4);
  private final SparsePrefillResult result = result(6 * 6 * 2, 6 * 4, 6 * 4);

  @AfterEach
  void nothingWasWritten() {
    assertEquals(0, result.logSumExp().get(ValueLayout.JAVA_INT, 0));
    mla.close();
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(count, 64);
  }

  private static SparsePrefillResult result(long out, long maxLogits, long logSumExp) {
    return new SparsePrefillResult(
        bytes(out), ElementType.BF16, bytes(maxLogits), bytes(logSumExp));
  }

  private void refused(
      String sentence,
      DecodeShape shape,
      Queries q,
      PagedCache c,
      TokenIndices i,
      SparsePrefillResult to) {
    assertEquals(
        sentence,
        assertThrows(
                IllegalArgumentException.class,
                () -> mla.sparsePrefill(shape, q, c, i, OPTIONS, to))
            .getMessage());
  }

  @Test
  void whatIsRead() {
    refused(
        "A sparse prefill is over one key head, not 2.",
        new DecodeShape(1, 3, 2, 2, 8, 6),
        queries,
        cache,
        indices,
        result);
    refused(
        "queries needs 96 bytes, but its memory has 94.",
        SHAPE,
        new Queries(bytes(94), ElementType.BF16),
        cache,
        indices,
        result);
    refused(
        "cache needs 80 bytes, but its memory has 79.",
        SHAPE,
        queries,
        new PagedCache(bytes(79), CacheFormat.BF16, 1, 5),
        indices,
        result);
    refused(
        "indices needs 48 bytes, but its memory has 44.",
        SHAPE,
        queries,
        cache,
        new TokenIndices(bytes(44), 4),
        result);
    refused(
        "topK must be 0 or more and at most 2^30, not -1.",
        SHAPE,
        queries,
        cache,
        new TokenIndices(bytes(44), -1),
        result);
  }

  @Test
  void whatIsWritten() {
    refused(
        "out needs 72 bytes, but its memory has 71.",
        SHAPE,
        queries,
        cache,
        indices,
        result(71, 24, 24));
    refused(
        "maxLogits needs 24 bytes, but its memory has 23.",
        SHAPE,
        queries,
        cache,
        indices,
        result(72, 23, 24));
    refused(
        "logSumExp needs 24 bytes, but its memory has 23.",
        SHAPE,
        queries,
        cache,
        indices,
        result(72, 24, 23));
    refused(
        "maxLogits is read-only.",
        SHAPE,
        queries,
        cache,
        indices,
        new SparsePrefillResult(
            result.out(), ElementType.BF16, result.maxLogits().asReadOnly(), result.logSumExp()));
  }
}
