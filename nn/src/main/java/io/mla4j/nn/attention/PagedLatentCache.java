package io.mla4j.nn.attention;

import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.PagedLatents;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;

/**
 * A batch of sequences of a pool, which may have different lengths. Sequences outlive it: one that
 * was filled alone can be decoded together with others, by a cache over all of them. Rotations are
 * given for each sequence where lengths differ; masks count from the end of each.
 */
public final class PagedLatentCache implements LatentCache {

  private final LatentBlockPool pool;
  private final SequenceBatch sequences;

  /**
   * A batch in the pool that made its sequences.
   *
   * @param sequences of one pool, each at most once
   */
  public PagedLatentCache(List<PagedSequence> sequences) {
    this(SequenceBatch.poolOf(sequences, LatentBlockPool.class), sequences);
  }

  /**
   * A batch in one layer's pool.
   *
   * @param sequences of pools that share its allocator, each at most once
   */
  public PagedLatentCache(LatentBlockPool pool, List<PagedSequence> sequences) {
    this.pool = pool;
    this.sequences = new SequenceBatch(pool, sequences);
  }

  /**
   * Adds as many tokens to each sequence.
   *
   * @param tokens [B, T, R] and [B, T, P]
   * @throws PoolExhaustedException if the pool has too few blocks; no sequence has changed then
   */
  @Override
  public void append(LatentKeys tokens) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor packed = tokens.packed().detach();
      check(packed.shape());
      long width = packed.shape().dim(2);
      Tensor rows = pool.format().encode(packed.reshape(-1, width), pool.rank());
      sequences.append(List.of(rows.reshape(sequences.size(), packed.shape().dim(1), -1)));
    }
  }

  private void check(Shape tokens) {
    long width = (long) pool.rank() + pool.rotaryDim();
    if (tokens.dim(0) != sequences.size() || tokens.dim(2) != width || tokens.dim(1) < 1) {
      throw new IllegalArgumentException(
          "This cache takes one token or more of the shape [%d, tokens, %d], not %s."
              .formatted(sequences.size(), width, tokens));
    }
  }

  @Override
  public LatentKeys keys() {
    sequences.requireTokens();
    return new PagedLatents(
        pool.memory(),
        pool.format(),
        pool.rank(),
        pool.rotaryDim(),
        sequences.table(),
        sequences.lengths());
  }

  /** Tokens of the longest sequence. */
  @Override
  public long length() {
    return sequences.longest();
  }

  @Override
  public void forgetLast(long tokens) {
    sequences.forgetLast(tokens);
  }

  /** Closes its sequences. */
  @Override
  public void close() {
    sequences.close();
  }
}
