package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.flashmla.prefill.PrefillMetadata;
import io.mla4j.flashmla.prefill.PrefillResult;
import io.mla4j.flashmla.prefill.PrefillShape;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every wrong argument is refused by name, before anything is written. */
class PrefillCheckTest {

  private static final PrefillShape SHAPE = new PrefillShape(4, 2, 6, 5);
  private static final int[] STARTS = {0, 1, 3};

  private final FlashMla mla = FlashMla.start(1);
  private final PrefillMetadata metadata = mla.prefillMetadata(SHAPE, STARTS, STARTS, true);
  private final TokenRows queries = bf16(bytes(3 * 4 * 6 * 2), 4, 6);
  private final TokenRows keys = bf16(bytes(3 * 2 * 6 * 2), 2, 6);
  private final TokenRows values = bf16(bytes(3 * 2 * 5 * 2), 2, 5);
  private final TokenRows out = bf16(bytes(3 * 4 * 5 * 2), 4, 5);
  private final PrefillResult result = new PrefillResult(out, bytes(3 * 4 * 4));

  @AfterEach
  void nothingWasWritten() {
    assertEquals(0, result.logSumExp().get(ValueLayout.JAVA_INT, 0));
    mla.close();
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(count, 64);
  }

  private static TokenRows bf16(MemorySegment memory, int heads, int width) {
    return TokenRows.of(memory, ElementType.BF16, heads, width);
  }

  private static void refused(String sentence, Executable call) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private void refused(String sentence, TokenRows q, TokenRows k, TokenRows v, PrefillResult to) {
    refused(sentence, () -> mla.prefill(metadata, q, k, v, 1, to));
  }

  @Test
  void shapes() {
    refused("heads must be 1 to 16384, not 0.", () -> new PrefillShape(0, 1, 8, 8));
    refused(
        "keyHeads must be 1 or more and divide the 4 query heads, not 3.",
        () -> new PrefillShape(4, 3, 8, 8));
    refused("width must be 1 to 16384, not 0.", () -> new PrefillShape(4, 1, 0, 8));
    refused("valueWidth must be 1 to 16384, not 16385.", () -> new PrefillShape(4, 1, 8, 16385));
  }

  @Test
  void lengths() {
    refused("cuSeqlensQ must start with 0.", () -> plan(new int[0], STARTS));
    refused("cuSeqlensK must start with 0.", () -> plan(STARTS, new int[] {1, 2, 3}));
    refused(
        "cuSeqlensK[2] is 3, less than the 4 before it.", () -> plan(STARTS, new int[] {0, 4, 3}));
    refused(
        "cuSeqlensQ and cuSeqlensK are of 2 and 1 sequences.",
        () -> plan(STARTS, new int[] {0, 3}));
  }

  private PrefillMetadata plan(int[] cuSeqlensQ, int[] cuSeqlensK) {
    return mla.prefillMetadata(SHAPE, cuSeqlensQ, cuSeqlensK, true);
  }

  @Test
  void shortMemory() {
    refused(
        "queries needs 144 bytes, but its memory has 143.",
        bf16(bytes(143), 4, 6),
        keys,
        values,
        result);
    refused(
        "keys needs 72 bytes, but its memory has 70.",
        queries,
        bf16(bytes(70), 2, 6),
        values,
        result);
    refused(
        "values needs 60 bytes, but its memory has 40.",
        queries,
        keys,
        bf16(bytes(40), 2, 5),
        result);
    refused(
        "values needs 92 bytes, but its memory has 60.",
        queries,
        keys,
        new TokenRows(values.memory(), ElementType.BF16, 18, 5),
        result);
    refused(
        "out needs 120 bytes, but its memory has 118.",
        queries,
        keys,
        values,
        new PrefillResult(bf16(bytes(118), 4, 5), result.logSumExp()));
    refused(
        "logSumExp needs 48 bytes, but its memory has 44.",
        queries,
        keys,
        values,
        new PrefillResult(out, bytes(44)));
  }

  @Test
  void rowsAndTypes() {
    refused(
        "Strides must be 0 or more, not -1 for tokens and 2 for heads.",
        () -> new TokenRows(queries.memory(), ElementType.BF16, -1, 2));
    refused(
        "keys would have more than 2^63 bytes.",
        queries,
        new TokenRows(keys.memory(), ElementType.BF16, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2),
        values,
        result);
    refused(
        "The rows of out overlap: 4 heads of width 5, 4 apart, tokens 20 apart.",
        queries,
        keys,
        values,
        new PrefillResult(
            new TokenRows(out.memory(), ElementType.BF16, 20, 4), result.logSumExp()));
    refused(
        "out is read-only.",
        queries,
        keys,
        values,
        new PrefillResult(bf16(out.memory().asReadOnly(), 4, 5), result.logSumExp()));
    refused(
        "queries, keys and values must be of one type, not BF16, FLOAT32 and BF16.",
        queries,
        TokenRows.of(bytes(3 * 2 * 6 * 4), ElementType.FLOAT32, 2, 6),
        values,
        result);
    refused(
        "The scale must be finite, not NaN.",
        () -> mla.prefill(metadata, queries, keys, values, Double.NaN, result));
  }
}
