package io.mla4j.nn.attention;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.PagedKeyValues;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of sequences of a pool, which may have different lengths. Sequences outlive it: one that
 * was filled alone can be decoded together with others, by a cache over all of them. Rotations are
 * given for each sequence where lengths differ; masks count from the end of each.
 */
public final class PagedKeyValueCache implements KeyValueCache {

  private final KeyValueBlockPool pool;
  private final SequenceBatch sequences;
  private DType computed;

  /**
   * A batch in the pool that made its sequences.
   *
   * @param sequences of one pool, each at most once
   */
  public PagedKeyValueCache(List<PagedSequence> sequences) {
    this(SequenceBatch.poolOf(sequences, KeyValueBlockPool.class), sequences);
  }

  /**
   * A batch in one layer's pool.
   *
   * @param sequences of pools that share its allocator, each at most once
   */
  public PagedKeyValueCache(KeyValueBlockPool pool, List<PagedSequence> sequences) {
    this.pool = pool;
    this.sequences = new SequenceBatch(pool, sequences);
    this.computed = pool.dtype();
  }

  /**
   * Adds as many tokens to each sequence.
   *
   * @throws PoolExhaustedException if the pool has too few blocks; no sequence has changed then
   */
  @Override
  public void append(Tensor keys, Tensor values) {
    long count = keys.shape().rank() == 4 ? keys.shape().dim(1) : 0;
    check("keys", keys.shape(), pool.keys().shape(), count);
    check("values", values.shape(), pool.values().shape(), count);
    try (TensorScope scope = TensorScope.open()) {
      sequences.append(
          List.of(keys.detach().cast(pool.dtype()), values.detach().cast(pool.dtype())));
    }
    computed = keys.dtype();
  }

  private void check(String what, Shape tokens, Shape memory, long count) {
    Shape wanted = memory.with(0, sequences.size()).with(1, count);
    if (count < 1 || !tokens.equals(wanted)) {
      throw new IllegalArgumentException(
          "This cache takes as many keys as values, one token or more, %s of the shape [%d, tokens, %d, %d], not %s."
              .formatted(what, sequences.size(), memory.dim(2), memory.dim(3), tokens));
    }
  }

  /** What attention reads: the blocks of every sequence. */
  public PagedKeyValues keyValues() {
    sequences.requireTokens();
    return new PagedKeyValues(pool.keys(), pool.values(), sequences.table(), sequences.lengths());
  }

  @Override
  public Tensor attend(Tensor query, AttentionMask mask, double scale) {
    return query.engine().pagedAttention(query, keyValues(), mask, scale);
  }

  /**
   * A copy in one piece, [B, S, G, D].
   *
   * @throws IllegalStateException if sequences have different lengths: {@link #attend} knows where
   *     each begins
   */
  @Override
  public Tensor keys() {
    requireOneLength();
    return keyValues().gatheredKeys(computed);
  }

  /** As {@link #keys}, [B, S, G, V]. */
  @Override
  public Tensor values() {
    requireOneLength();
    return keyValues().gatheredValues(computed);
  }

  private void requireOneLength() {
    if (Arrays.stream(sequences.lengths()).distinct().count() > 1) {
      throw new IllegalStateException(
          "Sequences of different lengths are not one tensor; attend to this cache with attend().");
    }
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
