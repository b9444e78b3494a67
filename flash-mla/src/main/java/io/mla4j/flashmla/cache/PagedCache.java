package io.mla4j.flashmla.cache;

import java.lang.foreign.MemorySegment;

/**
 * A pool of blocks of cached tokens that all sequences share.
 *
 * @param memory [blocks, blockTokens, G] rows of the format, one after another
 * @param blocks in the pool
 * @param blockTokens tokens a block; 64 in FlashMLA
 */
public record PagedCache(MemorySegment memory, CacheFormat format, int blocks, int blockTokens) {

  public PagedCache {
    if (blocks < 0 || blockTokens < 1) {
      throw new IllegalArgumentException(
          "A cache has 0 or more blocks of 1 or more tokens, not %d of %d."
              .formatted(blocks, blockTokens));
    }
  }

  /** Tokens of all blocks. */
  public long tokens() {
    return (long) blocks * blockTokens;
  }
}
