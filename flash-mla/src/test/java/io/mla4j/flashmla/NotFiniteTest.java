package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.prefill.PrefillResult;
import io.mla4j.flashmla.prefill.PrefillShape;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no number shows in the rows that meet it, and in no other, in both twins. */
class NotFiniteTest {

  private static final int WIDTH = 192;
  private static final int VALUE_WIDTH = 128;
  private static final int HEADS = 3;
  private static final int TOKENS = 300;

  private static FlashMla start(boolean inC) {
    return inC ? FlashMla.start(2) : FlashMla.startInJava(2);
  }

  private static MemorySegment rows(CacheFormat format, long count) {
    MemorySegment rows = bytes(count * format.rowBytes(WIDTH, VALUE_WIDTH));
    new DecodeRows(format, WIDTH, VALUE_WIDTH, count).fill(rows, count);
    return rows;
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(count, 64);
  }

  /** Two query tokens, of which the first does not see the last cached token. */
  private static float[][] decode(
      boolean inC, CacheFormat format, MemorySegment queries, MemorySegment cache) {
    DecodeShape shape = new DecodeShape(1, 2, HEADS, 1, WIDTH, VALUE_WIDTH);
    MemorySegment table = bytes(4L * TOKENS);
    for (int i = 0; i < TOKENS; i++) {
      table.setAtIndex(JAVA_INT, i, i);
    }
    DecodeResult result =
        new DecodeResult(
            bytes(shape.rows() * VALUE_WIDTH * 4), ElementType.FLOAT32, bytes(shape.rows() * 4));
    try (FlashMla mla = start(inC)) {
      mla.decode(
          mla.metadata(shape, new int[] {TOKENS}),
          new Queries(queries, ElementType.FLOAT32),
          new PagedCache(cache, format, TOKENS, 1),
          new BlockTable(table, TOKENS),
          DecodeOptions.of(0.1, true),
          result);
    }
    return new float[][] {
      result.out().toArray(JAVA_FLOAT), result.logSumExp().toArray(JAVA_FLOAT),
    };
  }

  private static void assertNaN(boolean expected, float[][] decoded, int token, int head) {
    int row = token * HEADS + head;
    for (int v = 0; v < VALUE_WIDTH; v++) {
      assertEquals(expected, Float.isNaN(decoded[0][row * VALUE_WIDTH + v]), "row " + row);
    }
    assertEquals(expected, Float.isNaN(decoded[1][head * 2 + token]), "log-sum-exp of " + row);
  }

  @ParameterizedTest
  @EnumSource(CacheFormat.class)
  void aQuery(CacheFormat format) {
    for (boolean inC : new boolean[] {true, false}) {
      MemorySegment queries = rows(CacheFormat.FLOAT32, 2 * HEADS);
      int bad = 4; // the second token's second head
      queries.setAtIndex(JAVA_FLOAT, bad * WIDTH + 150, Float.NaN);
      float[][] decoded = decode(inC, format, queries, rows(format, TOKENS));
      IntStream.range(0, 2 * HEADS)
          .forEach(row -> assertNaN(row == bad, decoded, row / HEADS, row % HEADS));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BF16"})
  void aCachedRotaryKey(CacheFormat format) {
    for (boolean inC : new boolean[] {true, false}) {
      MemorySegment cache = rows(format, TOKENS);
      long element = (long) (TOKENS - 1) * WIDTH + WIDTH - 1;
      if (format == CacheFormat.FLOAT32) {
        cache.setAtIndex(JAVA_FLOAT, element, Float.NaN);
      } else {
        cache.setAtIndex(ValueLayout.JAVA_SHORT, element, (short) 0x7fc0);
      }
      float[][] decoded = decode(inC, format, rows(CacheFormat.FLOAT32, 2 * HEADS), cache);
      for (int head = 0; head < HEADS; head++) {
        assertNaN(false, decoded, 0, head);
        assertNaN(true, decoded, 1, head);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyQueryOfAHead(boolean inC) {
    MemorySegment queries = rows(CacheFormat.FLOAT32, 2 * HEADS);
    for (int d = 0; d < WIDTH; d++) {
      queries.setAtIndex(JAVA_FLOAT, d, Float.NaN);
    }
    float[][] decoded = decode(inC, CacheFormat.BF16, queries, rows(CacheFormat.BF16, TOKENS));
    assertNaN(true, decoded, 0, 0);
    assertNaN(false, decoded, 0, 1);
    assertNaN(false, decoded, 1, 0);
  }

  @Test
  void aKeyOfAPrefill() {
    int tokens = 40;
    int bad = 25;
    for (boolean inC : new boolean[] {true, false}) {
      MemorySegment keys = rows(CacheFormat.FLOAT32, tokens);
      keys.setAtIndex(JAVA_FLOAT, (long) bad * WIDTH + 7, Float.NaN);
      MemorySegment out = bytes(4L * tokens * VALUE_WIDTH);
      MemorySegment logSumExp = bytes(4L * tokens);
      int[] cuSeqlens = {0, tokens};
      try (FlashMla mla = start(inC)) {
        mla.prefill(
            mla.prefillMetadata(
                new PrefillShape(1, 1, WIDTH, VALUE_WIDTH), cuSeqlens, cuSeqlens, true),
            TokenRows.of(rows(CacheFormat.FLOAT32, tokens), ElementType.FLOAT32, 1, WIDTH),
            TokenRows.of(keys, ElementType.FLOAT32, 1, WIDTH),
            TokenRows.of(rows(CacheFormat.FLOAT32, tokens), ElementType.FLOAT32, 1, VALUE_WIDTH),
            0.1,
            new PrefillResult(TokenRows.of(out, ElementType.FLOAT32, 1, VALUE_WIDTH), logSumExp));
      }
      for (int t = 0; t < tokens; t++) {
        boolean sees = t >= bad;
        assertEquals(sees, Float.isNaN(logSumExp.getAtIndex(JAVA_FLOAT, t)), "token " + t);
        for (int v = 0; v < VALUE_WIDTH; v++) {
          float element = out.getAtIndex(JAVA_FLOAT, (long) t * VALUE_WIDTH + v);
          assertEquals(sees, Float.isNaN(element), "token " + t);
        }
      }
    }
  }

  /** The scores of the first keys are beyond float32, those of the others far below 1. */
  @Test
  void scoresOfAPrefillThatOverflow() {
    int hidden = 40;
    int tokens = 70;
    float query = Bf16.round(1e20f);
    float low = Bf16.round(-2e-18f);
    for (boolean inC : new boolean[] {true, false}) {
      MemorySegment queries = bf16(query);
      MemorySegment keys = bf16(new float[tokens]);
      MemorySegment values = bf16(new float[tokens]);
      for (int t = 0; t < tokens; t++) {
        keys.setAtIndex(ValueLayout.JAVA_SHORT, t, Bf16.of(t < hidden ? -1e20f : low));
        values.setAtIndex(ValueLayout.JAVA_SHORT, t, Bf16.of(t < hidden ? 5 : 1));
      }
      MemorySegment out = bytes(4);
      MemorySegment logSumExp = bytes(4);
      try (FlashMla mla = start(inC)) {
        mla.prefill(
            mla.prefillMetadata(
                new PrefillShape(1, 1, 1, 1), new int[] {0, 1}, new int[] {0, tokens}, true),
            TokenRows.of(queries, ElementType.BF16, 1, 1),
            TokenRows.of(keys, ElementType.BF16, 1, 1),
            TokenRows.of(values, ElementType.BF16, 1, 1),
            1,
            new PrefillResult(TokenRows.of(out, ElementType.FLOAT32, 1, 1), logSumExp));
      }
      assertEquals(1, out.get(JAVA_FLOAT, 0), 1e-4);
      double expected = (double) query * low + Math.log(tokens - hidden);
      assertEquals(expected, logSumExp.get(JAVA_FLOAT, 0), 1e-4);
    }
  }

  private static MemorySegment bf16(float... values) {
    MemorySegment rows = bytes(2L * values.length);
    for (int i = 0; i < values.length; i++) {
      rows.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.of(values[i]));
    }
    return rows;
  }
}
