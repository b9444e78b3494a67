package io.mla4j.nn.attention;

import java.util.BitSet;

/**
 * Which blocks of pools are taken. A block has the same number in every pool that shares this, so
 * that one table of a sequence's blocks serves all layers of a model, each with a pool of its own
 * (as the block manager of PagedAttention, arXiv 2309.06180). Any number of threads may take and
 * give blocks at once.
 */
public final class BlockAllocator {

  private final int blocks;
  private final BitSet taken;

  /**
   * All blocks free.
   *
   * @param blocks of {@value BlockPool#BLOCK_TOKENS} tokens
   */
  public BlockAllocator(int blocks) {
    Sizes.positive("blocks", blocks);
    this.blocks = blocks;
    this.taken = new BitSet(blocks);
  }

  /** All of them, taken or not. */
  public int blocks() {
    return blocks;
  }

  public synchronized int freeBlocks() {
    return blocks - taken.cardinality();
  }

  /**
   * Takes blocks, neighbours where there are some: those are read as one run.
   *
   * @param contents of the blocks, for the complaint
   * @throws PoolExhaustedException if there are fewer; none is taken then
   */
  synchronized int[] take(int count, String contents) {
    int free = freeBlocks();
    if (count > free) {
      throw new PoolExhaustedException(contents, count, free, blocks);
    }
    int[] chosen = new int[count];
    int from = 0;
    for (int i = 0; i < count; i++) {
      chosen[i] = taken.nextClearBit(from);
      from = chosen[i] + 1;
      taken.set(chosen[i]);
    }
    return chosen;
  }

  synchronized void give(int[] returned) {
    for (int block : returned) {
      taken.clear(block);
    }
  }
}
