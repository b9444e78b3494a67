package io.mla4j.kernels.paged;

import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/** Checks what a call is given before anything runs. */
final class PagedCheck {

  private PagedCheck() {}

  /** Requires that everything a plan leads to lies in the memory given. */
  static void all(
      PagedPlan plan, MemorySegment queries, KeyValuePool pool, int[][] table, PagedResult result) {
    PagedShape shape = plan.shape();
    NativeMemory.check("queries", queries, Float.BYTES, shape.rows(), shape.width());
    long tokens = (long) pool.blocks() * pool.blockTokens();
    int bytes = pool.type().bytes();
    long rows = Extent.timesExact("pool of keys", tokens, shape.keyHeads());
    NativeMemory.check("pool of keys", pool.keys(), bytes, rows, shape.width());
    NativeMemory.check("pool of values", pool.values(), bytes, rows, shape.valueWidth());
    table(plan, pool, table);
    NativeMemory.check("result", result.out(), Float.BYTES, shape.rows(), shape.valueWidth());
    written("result", result.out(), queries, pool);
    result
        .logSumExp()
        .ifPresent(
            to -> {
              NativeMemory.check("log-sum-exp", to, Float.BYTES, shape.rows(), 1);
              written("log-sum-exp", to, queries, pool);
              NativeMemory.checkApart("log-sum-exp", to, "result", result.out());
            });
  }

  private static void written(
      String what, MemorySegment memory, MemorySegment queries, KeyValuePool pool) {
    NativeMemory.checkWritable(what, memory);
    NativeMemory.checkApart(what, memory, "queries", queries);
    NativeMemory.checkApart(what, memory, "pool of keys", pool.keys());
    NativeMemory.checkApart(what, memory, "pool of values", pool.values());
  }

  /** Blocks behind a sequence's length are never looked at. */
  private static void table(PagedPlan plan, KeyValuePool pool, int[][] table) {
    if (table.length != plan.shape().batch()) {
      throw new IllegalArgumentException(
          "The block table has %d sequences, the plan %d."
              .formatted(table.length, plan.shape().batch()));
    }
    for (int b = 0; b < table.length; b++) {
      int needed = blocks(plan, pool, b);
      if (table[b].length < needed) {
        throw new IllegalArgumentException(
            "Sequence %d has %d tokens, for which its %d blocks of %d are too few."
                .formatted(b, plan.length(b), table[b].length, pool.blockTokens()));
      }
    }
  }

  /** Blocks that a sequence fills. */
  static int blocks(PagedPlan plan, KeyValuePool pool, int sequence) {
    return Math.ceilDiv(plan.length(sequence), pool.blockTokens());
  }

  /** Requires a block of the pool. */
  static int block(KeyValuePool pool, int sequence, int block) {
    if (block < 0 || block >= pool.blocks()) {
      throw new IllegalArgumentException(
          "Sequence %d has the block %d, but the pool has the blocks 0 to %d."
              .formatted(sequence, block, pool.blocks() - 1));
    }
    return block;
  }
}
