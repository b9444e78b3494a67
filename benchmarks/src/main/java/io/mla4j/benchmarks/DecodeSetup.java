package io.mla4j.benchmarks;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.MlaMetadata;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One sequence of DeepSeek's head sizes, 576/512, with a cache of its own in blocks of 64 tokens.
 *
 * @param heads query heads
 * @param tokens cached ones, a multiple of 64
 */
record DecodeSetup(int heads, int tokens, CacheFormat format) {

  private static final int WIDTH = 576;
  private static final int VALUE_WIDTH = 512;
  private static final int BLOCK = 64;
  private static final double SCALE = 0.1352;

  /** Allocates and fills memory; returns one step of decoding. */
  Runnable step(FlashMla mla, Arena memory) {
    DecodeShape shape = new DecodeShape(1, 1, heads, 1, WIDTH, VALUE_WIDTH);
    Queries queries = new Queries(rows(memory, CacheFormat.BF16, heads), ElementType.BF16);
    int blocks = tokens / BLOCK;
    PagedCache cache = new PagedCache(rows(memory, format, tokens), format, blocks, BLOCK);
    MemorySegment table = memory.allocate(ValueLayout.JAVA_INT, blocks);
    for (int i = 0; i < blocks; i++) {
      table.setAtIndex(ValueLayout.JAVA_INT, i, i);
    }
    DecodeResult result =
        new DecodeResult(
            memory.allocate((long) heads * VALUE_WIDTH * Short.BYTES, 64),
            ElementType.BF16,
            memory.allocate((long) heads * Float.BYTES, 64));
    MlaMetadata metadata = mla.metadata(shape, new int[] {tokens});
    DecodeOptions options = DecodeOptions.of(SCALE, true);
    return () ->
        mla.decode(metadata, queries, cache, new BlockTable(table, blocks), options, result);
  }

  private static MemorySegment rows(Arena memory, CacheFormat format, long count) {
    MemorySegment rows = HugePages.allocate(memory, count * format.rowBytes(WIDTH, VALUE_WIDTH));
    new DecodeRows(format, WIDTH, VALUE_WIDTH, count).fill(rows, count);
    return rows;
  }

  double flops() {
    return 2.0 * heads * tokens * (WIDTH + VALUE_WIDTH);
  }
}
