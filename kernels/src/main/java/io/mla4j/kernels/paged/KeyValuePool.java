package io.mla4j.kernels.paged;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * Blocks of cached keys and values that all sequences share. A block of keys and the block of
 * values of the same number hold the same tokens.
 *
 * @param keys [blocks, blockTokens, G, D] of the type
 * @param values [blocks, blockTokens, G, V] of the type
 * @param blocks in the pool
 * @param blockTokens tokens of a block
 */
public record KeyValuePool(
    MemorySegment keys, MemorySegment values, ElementType type, int blocks, int blockTokens) {

  public KeyValuePool {
    if (blocks < 0 || blockTokens < 1) {
      throw new IllegalArgumentException(
          "A pool has 0 or more blocks of 1 or more tokens, not %d of %d."
              .formatted(blocks, blockTokens));
    }
  }
}
