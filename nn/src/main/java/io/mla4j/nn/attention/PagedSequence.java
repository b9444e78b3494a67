package io.mla4j.nn.attention;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The cached tokens of one sequence in blocks of a pool, or of the pools of all layers, which then
 * share an allocator: the blocks have the same numbers in each. Not to be used by several threads
 * at once.
 */
public final class PagedSequence implements AutoCloseable {

  private final BlockPool pool;
  private final Map<BlockPool, Integer> lengths = new HashMap<>();
  private int[] blocks = {};
  private boolean closed;

  PagedSequence(BlockPool pool) {
    this.pool = pool;
  }

  /** The pool that it was made by. */
  BlockPool pool() {
    return pool;
  }

  BlockAllocator allocator() {
    return pool.allocator();
  }

  /** Its tokens; while a step is under way, those of the layers that are ahead. */
  public int length() {
    return lengths.values().stream().mapToInt(length -> length).max().orElse(0);
  }

  /** Its tokens in one pool. */
  int length(BlockPool layer) {
    return lengths.getOrDefault(layer, 0);
  }

  /** Which blocks of the pools hold it, in order. */
  int[] blocks() {
    return blocks.clone();
  }

  /**
   * How many blocks it lacks for more tokens in a pool; none where another layer, or a write that
   * failed, has left some.
   */
  int missingBlocks(BlockPool layer, int tokens) {
    requireOpen();
    long needed = Math.ceilDiv((long) length(layer) + tokens, BlockPool.BLOCK_TOKENS);
    return Math.toIntExact(Math.max(0, needed - blocks.length));
  }

  void addBlocks(int[] added) {
    int before = blocks.length;
    blocks = Arrays.copyOf(blocks, before + added.length);
    System.arraycopy(added, 0, blocks, before, added.length);
  }

  /** The block that holds a token. */
  int blockOf(int token) {
    return blocks[token / BlockPool.BLOCK_TOKENS];
  }

  void lengthen(BlockPool layer, int tokens) {
    lengths.merge(layer, tokens, Integer::sum);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "This sequence has been closed and its blocks given back; take a new one of the pool.");
    }
  }

  /**
   * Forgets the last tokens in all layers, such as drafts that were refused, and gives back blocks
   * that are not needed any more.
   *
   * @param tokens that stay, at most {@link #length}
   */
  public void truncate(int tokens) {
    requireOpen();
    requireAtMost(tokens, length());
    lengths.replaceAll((layer, length) -> Math.min(length, tokens));
    giveUnneeded();
  }

  /**
   * Forgets the last tokens in one layer; blocks that another one needs stay.
   *
   * @param tokens that stay, at most {@link #length(BlockPool)}
   */
  void truncate(BlockPool layer, long tokens) {
    requireOpen();
    requireAtMost(tokens, length(layer));
    lengths.put(layer, (int) tokens);
    giveUnneeded();
  }

  private static void requireAtMost(long tokens, int length) {
    if (tokens < 0 || tokens > length) {
      throw new IllegalArgumentException(
          "A sequence of %d tokens cannot be cut to %d.".formatted(length, tokens));
    }
  }

  private void giveUnneeded() {
    int kept = Math.min(blocks.length, Math.ceilDiv(length(), BlockPool.BLOCK_TOKENS));
    allocator().give(Arrays.copyOfRange(blocks, kept, blocks.length));
    blocks = Arrays.copyOf(blocks, kept);
  }

  /** Gives its blocks back. A second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      truncate(0);
      closed = true;
    }
  }
}
