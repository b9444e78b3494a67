package io.mla4j.nn.attention;

import io.mla4j.tensor.Tensor;
import java.util.List;

/**
 * Memory for what one layer caches of many sequences, in blocks that are taken as a sequence grows
 * and given back when it ends. Layers whose sizes are the same may share a pool, each with
 * sequences of its own; or every layer has a pool and all share a {@link BlockAllocator}, and then
 * a sequence is one for all layers.
 */
public abstract sealed class BlockPool implements AutoCloseable
    permits LatentBlockPool, KeyValueBlockPool {

  /** Tokens of a block, as in FlashMLA. */
  public static final int BLOCK_TOKENS = 64;

  private final BlockAllocator allocator;
  private volatile boolean closed;

  BlockPool(BlockAllocator allocator) {
    this.allocator = allocator;
  }

  /** What it holds, in words. */
  abstract String contents();

  /** [blocks, BLOCK_TOKENS, ...] each. */
  abstract List<Tensor> memories();

  /** Which of its blocks are taken. */
  public BlockAllocator allocator() {
    return allocator;
  }

  /** All of them, taken or not. */
  public int blocks() {
    return allocator.blocks();
  }

  public int freeBlocks() {
    return allocator.freeBlocks();
  }

  /** Bytes of all blocks. */
  public long bytes() {
    return memories().stream().mapToLong(m -> m.shape().size() * m.dtype().bytes()).sum();
  }

  /**
   * A sequence without tokens, which gives its blocks back when it is closed. Other pools with the
   * same allocator can hold it too.
   */
  public PagedSequence newSequence() {
    return new PagedSequence(this);
  }

  /**
   * Takes blocks.
   *
   * @throws PoolExhaustedException if there are fewer; none is taken then
   */
  int[] take(int count) {
    if (closed) {
      throw new IllegalStateException("The pool of " + contents() + " has been closed.");
    }
    return allocator.take(count, contents());
  }

  /** Frees the memory; caches over it can no longer be read. */
  @Override
  public void close() {
    closed = true;
    memories().forEach(Tensor::close);
  }
}
