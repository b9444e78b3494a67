package io.mla4j.nn.attention;

import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.PagedLatents;
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
public final class PagedLatentCache implements LatentCache {

  private final List<PagedSequence> sequences;
  private final LatentBlockPool pool;

  /**
   * A batch.
   *
   * @param sequences of one pool, each at most once
   */
  public PagedLatentCache(List<PagedSequence> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("A cache needs at least one sequence.");
    }
    this.sequences = List.copyOf(sequences);
    this.pool = sequences.getFirst().pool();
    if (sequences.stream().anyMatch(s -> s.pool() != pool)) {
      throw new IllegalArgumentException("The sequences of a cache belong to one pool.");
    }
    if (sequences.stream().distinct().count() < sequences.size()) {
      throw new IllegalArgumentException("A sequence stands in a cache only once.");
    }
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
      Tensor added = rows.reshape(sequences.size(), packed.shape().dim(1), -1);
      int count = Math.toIntExact(packed.shape().dim(1));
      takeBlocks(count);
      for (int b = 0; b < sequences.size(); b++) {
        write(sequences.get(b), added.narrow(0, b, 1), count);
      }
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

  /** All that every sequence lacks, or none. */
  private void takeBlocks(int tokens) {
    int[] missing = sequences.stream().mapToInt(s -> s.missingBlocks(tokens)).toArray();
    int[] blocks = pool.take(Arrays.stream(missing).sum());
    int from = 0;
    for (int b = 0; b < missing.length; b++) {
      sequences.get(b).addBlocks(Arrays.copyOfRange(blocks, from, from + missing[b]));
      from += missing[b];
    }
  }

  /**
   * Copies tokens block by block.
   *
   * @param rows [1, T, elements of a row]
   */
  private void write(PagedSequence sequence, Tensor rows, int count) {
    int done = 0;
    while (done < count) {
      int at = sequence.length();
      int slot = at % LatentBlockPool.BLOCK_TOKENS;
      int run = Math.min(count - done, LatentBlockPool.BLOCK_TOKENS - slot);
      Tensor block = pool.memory().narrow(0, sequence.blockOf(at), 1);
      block.narrow(1, slot, run).copyInPlace(rows.narrow(1, done, run));
      sequence.lengthen(run);
      done += run;
    }
  }

  @Override
  public LatentKeys keys() {
    sequences.forEach(PagedSequence::requireOpen);
    if (length() == 0) {
      throw new IllegalStateException("The cache is empty: append tokens before reading it.");
    }
    return new PagedLatents(
        pool.memory(),
        pool.format(),
        pool.rank(),
        pool.rotaryDim(),
        sequences.stream().map(PagedSequence::blocks).toArray(int[][]::new),
        sequences.stream().mapToInt(PagedSequence::length).toArray());
  }

  /** Tokens of the longest sequence. */
  @Override
  public long length() {
    return sequences.stream().mapToInt(PagedSequence::length).max().orElse(0);
  }

  @Override
  public void forgetLast(long tokens) {
    for (PagedSequence sequence : sequences) {
      sequence.truncate(Math.toIntExact(Math.subtractExact(sequence.length(), tokens)));
    }
  }

  /** Closes its sequences. */
  @Override
  public void close() {
    sequences.forEach(PagedSequence::close);
  }
}
