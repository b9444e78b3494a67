package io.mla4j.nn.attention;

import java.util.Arrays;

/**
 * The cached tokens of one sequence and one layer, in blocks of a pool. Not to be used by several
 * threads at once.
 */
public final class PagedSequence implements AutoCloseable {

  private final LatentBlockPool pool;
  private int[] blocks = {};
  private int length;
  private boolean closed;

  PagedSequence(LatentBlockPool pool) {
    this.pool = pool;
  }

  LatentBlockPool pool() {
    return pool;
  }

  /** Its tokens. */
  public int length() {
    return length;
  }

  /** Which blocks of the pool hold it, in order. */
  int[] blocks() {
    return blocks.clone();
  }

  /** How many blocks it lacks for more tokens; none where a write that failed has left some. */
  int missingBlocks(int tokens) {
    requireOpen();
    long needed = Math.ceilDiv((long) length + tokens, LatentBlockPool.BLOCK_TOKENS);
    return Math.toIntExact(Math.max(0, needed - blocks.length));
  }

  void addBlocks(int[] added) {
    int before = blocks.length;
    blocks = Arrays.copyOf(blocks, before + added.length);
    System.arraycopy(added, 0, blocks, before, added.length);
  }

  /** The block that holds a token. */
  int blockOf(int token) {
    return blocks[token / LatentBlockPool.BLOCK_TOKENS];
  }

  void lengthen(int tokens) {
    length += tokens;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "This sequence has been closed and its blocks given back; take a new one of the pool.");
    }
  }

  /**
   * Forgets the last tokens, such as drafts that were refused, and gives back blocks that are not
   * needed any more.
   *
   * @param tokens that stay, at most {@link #length}
   */
  public void truncate(int tokens) {
    requireOpen();
    if (tokens < 0 || tokens > length) {
      throw new IllegalArgumentException(
          "A sequence of %d tokens cannot be cut to %d.".formatted(length, tokens));
    }
    int kept = Math.ceilDiv(tokens, LatentBlockPool.BLOCK_TOKENS);
    pool.give(Arrays.copyOfRange(blocks, kept, blocks.length));
    blocks = Arrays.copyOf(blocks, kept);
    length = tokens;
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
