package io.mla4j.nn.attention;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.BitSet;

/**
 * Memory for the latents of many sequences, in blocks that are taken as a sequence grows and given
 * back when it ends (PagedAttention, arXiv 2309.06180). Layers whose latents have the same sizes
 * may share one. Any number of threads may take and give blocks at once.
 */
public final class LatentBlockPool implements AutoCloseable {

  /** Tokens of a block, as in FlashMLA. */
  public static final int BLOCK_TOKENS = 64;

  private final LatentFormat format;
  private final int rank;
  private final int rotaryDim;
  private final int blocks;
  private final Tensor memory;
  private final BitSet taken;
  private boolean closed;

  /**
   * Allocates a pool.
   *
   * @param config whose latents it holds
   * @param format how they are kept
   * @param blocks of {@value #BLOCK_TOKENS} tokens
   */
  public LatentBlockPool(Engine engine, MlaConfig config, LatentFormat format, int blocks) {
    Sizes.positive("blocks", blocks);
    this.format = format;
    this.rank = config.kvLoraRank();
    this.rotaryDim = config.ropeDim();
    this.blocks = blocks;
    this.taken = new BitSet(blocks);
    long elements = format.rowElements(rank, rotaryDim);
    this.memory = TensorScope.release(engine.zeros(format.dtype(), blocks, BLOCK_TOKENS, elements));
  }

  public LatentFormat format() {
    return format;
  }

  /** R. */
  public int rank() {
    return rank;
  }

  /** P. */
  public int rotaryDim() {
    return rotaryDim;
  }

  /** All of them, taken or not. */
  public int blocks() {
    return blocks;
  }

  public synchronized int freeBlocks() {
    return blocks - taken.cardinality();
  }

  /** Bytes of all blocks. */
  public long bytes() {
    return memory.shape().size() * format.dtype().bytes();
  }

  /** A sequence without tokens, which gives its blocks back when it is closed. */
  public PagedSequence newSequence() {
    return new PagedSequence(this);
  }

  /** [blocks, BLOCK_TOKENS, elements of a row]. */
  Tensor memory() {
    return memory;
  }

  /**
   * Takes blocks, neighbours where there are some: those are read as one run.
   *
   * @throws PoolExhaustedException if there are fewer; none is taken then
   */
  synchronized int[] take(int count) {
    if (closed) {
      throw new IllegalStateException("The pool of latents has been closed.");
    }
    int free = freeBlocks();
    if (count > free) {
      throw new PoolExhaustedException(count, free, blocks);
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

  /** Frees the memory; caches over it can no longer be read. */
  @Override
  public synchronized void close() {
    closed = true;
    memory.close();
  }
}
