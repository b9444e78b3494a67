package io.mla4j.kernels.paged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Grids;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.kernels.verification.PagedCase;
import io.mla4j.kernels.verification.PagedTrial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every twin of a paged decode against loops in float64. */
abstract class PagedAttentionSuite {

  private static final PagedShape SHAPE = new PagedShape(2, 1, 4, 2, 8, 6);
  private static final int[][] TABLE = {{0, 1}, {2}};

  private final KernelThreads threads = new KernelThreads(3);
  private final PagedAttention attention = attention(threads);

  abstract PagedAttention attention(KernelThreads shared);

  @AfterEach
  void close() {
    threads.close();
  }

  private Optional<String> run(PagedCase point, long seed) {
    return PagedTrial.run(attention, point, seed);
  }

  @Test
  void lengthsAndBlocks() {
    Grids.check(PagedCase.lengthsAndBlocks(), this::run);
  }

  @Test
  void widths() {
    Grids.check(PagedCase.widths(), this::run);
  }

  @Test
  void sharedHeads() {
    Grids.check(PagedCase.sharedHeads(), this::run);
  }

  @Test
  void queriesAndWindows() {
    Grids.check(PagedCase.queriesAndWindows(), this::run);
  }

  @Test
  void aPlanServesManyCalls() {
    PagedPlan plan = attention.plan(SHAPE, new int[] {20, 7}, true, 0);
    MemorySegment out = floats(2 * 4 * 6);
    KeyValuePool pool = pool(3);
    for (int layer = 0; layer < 3; layer++) {
      MemorySegment queries = floats(2 * 4 * 8);
      attention.attend(plan, queries, pool, TABLE, layer, PagedResult.of(out));
      assertEquals(0, Floats.get(out, 0)); // the mean of zeros
    }
    assertTrue(plan.isOf(SHAPE, new int[] {20, 7}, true, 0));
    assertTrue(!plan.isOf(SHAPE, new int[] {20, 8}, true, 0));
    assertTrue(!plan.isOf(SHAPE, new int[] {20, 7}, true, 3));
  }

  /** Scores far apart: only the highest counts, and none overflows. */
  @Test
  void scoresFarApartDoNotOverflow() {
    PagedShape shape = new PagedShape(1, 1, 1, 1, 1, 1);
    int tokens = 400;
    PagedPlan plan = attention.plan(shape, new int[] {tokens}, true, 0);
    MemorySegment keys = floats(tokens);
    MemorySegment values = floats(tokens);
    for (int t = 0; t < tokens; t++) {
      Floats.set(keys, t, t == 70 ? 3e30f : -1e30f * t);
      Floats.set(values, t, t);
    }
    MemorySegment query = floats(1);
    Floats.set(query, 0, 1e4f);
    MemorySegment out = floats(1);
    KeyValuePool pool = new KeyValuePool(keys, values, ElementType.FLOAT32, 1, tokens);
    attention.attend(plan, query, pool, new int[][] {{0}}, 1, PagedResult.of(out));
    assertEquals(70, Floats.get(out, 0));
  }

  /** A key that is not a number reaches the queries that see it and no other. */
  @Test
  void whatIsNoNumberIsNotLost() {
    int queries = 9;
    int tokens = 200;
    PagedShape shape = new PagedShape(1, queries, 4, 2, 5, 3);
    PagedPlan plan = attention.plan(shape, new int[] {tokens}, true, 0);
    for (int bad : new int[] {0, 63, 150, tokens - 4, tokens - 1}) {
      MemorySegment keys = floats(tokens * 2 * 5);
      Floats.set(keys, bad * 10L + 7, Float.NaN); // of key head 1
      MemorySegment out = floats(queries * 4 * 3);
      KeyValuePool pool =
          new KeyValuePool(keys, floats(tokens * 2 * 3), ElementType.FLOAT32, 1, tokens);
      attention.attend(
          plan, floats(queries * 4 * 5), pool, new int[][] {{0}}, 1, PagedResult.of(out));
      for (int t = 0; t < queries; t++) {
        for (int h = 0; h < 4; h++) {
          boolean reached = h >= 2 && bad <= tokens - queries + t;
          float element = Floats.get(out, (t * 4L + h) * 3);
          assertEquals(reached, Float.isNaN(element), "token " + bad + ", query " + t + "," + h);
        }
      }
    }
  }

  /** Tokens that causality, a window or a sequence's length hides. */
  @Test
  void whatIsHiddenReachesNoQuery() {
    PagedHiddenTokens hidden = new PagedHiddenTokens(attention);
    PagedHiddenTokens.grid().forEach(hidden::check);
  }

  @Test
  void wrongArgumentsAreRefusedAndNothingIsWritten() {
    PagedPlan plan = attention.plan(SHAPE, new int[] {20, 7}, true, 0);
    MemorySegment queries = floats(2 * 4 * 8);
    MemorySegment out = floats(2 * 4 * 6).fill((byte) -1);
    PagedResult result = PagedResult.of(out);
    KeyValuePool pool = pool(3);
    refused("for each of 2 sequences", () -> attention.plan(SHAPE, new int[] {1}, true, 0));
    refused("0 or more, not -1", () -> attention.plan(SHAPE, new int[] {1, -1}, true, 0));
    refused("0 or more, not -2", () -> attention.plan(SHAPE, new int[] {1, 1}, true, -2));
    refused("cannot share", () -> new PagedShape(1, 1, 5, 2, 8, 8));
    refused("must be 1 or more", () -> new PagedShape(1, 0, 4, 2, 8, 8));
    refused(
        "The queries", () -> attention.attend(plan, floats(2 * 4 * 8 - 1), pool, TABLE, 1, result));
    int[][] tooFew = {{0}, {2}};
    refused("too few", () -> attention.attend(plan, queries, pool, tooFew, 1, result));
    int[][] outside = {{0, 3}, {2}};
    refused("the block 3", () -> attention.attend(plan, queries, pool, outside, 1, result));
    int[][] negative = {{0, -1}, {2}};
    refused("the block -1", () -> attention.attend(plan, queries, pool, negative, 1, result));
    refused(
        "1 sequences", () -> attention.attend(plan, queries, pool, new int[][] {{0}}, 1, result));
    KeyValuePool small = new KeyValuePool(pool.keys(), floats(10), ElementType.FLOAT32, 3, 16);
    refused("The pool of values", () -> attention.attend(plan, queries, small, TABLE, 1, result));
    refused(
        "read-only",
        () -> attention.attend(plan, queries, pool, TABLE, 1, PagedResult.of(out.asReadOnly())));
    refused(
        "shares memory",
        () -> attention.attend(plan, queries, pool, TABLE, 1, PagedResult.of(queries)));
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment own = confined.allocate(1024, 64);
      refused(
          "confined", () -> attention.attend(plan, queries, pool, TABLE, 1, PagedResult.of(own)));
    }
    for (int i = 0; i < 2 * 4 * 6; i++) {
      assertTrue(Float.isNaN(Floats.get(out, i)));
    }
  }

  private static void refused(String part, Executable call) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }

  private static KeyValuePool pool(int blocks) {
    int tokens = blocks * 16;
    return new KeyValuePool(
        floats(tokens * 2 * 8), floats(tokens * 2 * 6), ElementType.FLOAT32, blocks, 16);
  }

  /** Zeros. */
  private static MemorySegment floats(int count) {
    return Arena.ofAuto().allocate((long) count * Float.BYTES, 64);
  }
}
