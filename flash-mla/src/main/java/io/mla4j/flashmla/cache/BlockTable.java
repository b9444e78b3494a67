package io.mla4j.flashmla.cache;

import java.lang.foreign.MemorySegment;

/**
 * Which blocks of the pool hold each sequence, in order.
 *
 * @param memory int32 [B, blocksPerSequence]; entries behind a sequence's length are not read
 */
public record BlockTable(MemorySegment memory, int blocksPerSequence) {

  public BlockTable {
    if (blocksPerSequence < 0) {
      throw new IllegalArgumentException(
          "blocksPerSequence must be 0 or more, not " + blocksPerSequence + ".");
    }
  }
}
