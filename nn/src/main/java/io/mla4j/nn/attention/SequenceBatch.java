package io.mla4j.nn.attention;

import io.mla4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of sequences in one pool, which may have different lengths: what caches over pools share.
 */
final class SequenceBatch implements AutoCloseable {

  private final BlockPool pool;
  private final List<PagedSequence> sequences;

  /**
   * A batch.
   *
   * @param sequences of pools that share this one's allocator, each at most once
   */
  SequenceBatch(BlockPool pool, List<PagedSequence> sequences) {
    requireSome(sequences);
    this.pool = pool;
    this.sequences = List.copyOf(sequences);
    if (sequences.stream().anyMatch(s -> s.allocator() != pool.allocator())) {
      throw new IllegalArgumentException("The sequences of a cache belong to one pool.");
    }
    if (sequences.stream().distinct().count() < sequences.size()) {
      throw new IllegalArgumentException("A sequence stands in a cache only once.");
    }
  }

  private static void requireSome(List<PagedSequence> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("A cache needs at least one sequence.");
    }
  }

  /** The pool that sequences were made by, if it is of this kind. */
  static <P extends BlockPool> P poolOf(List<PagedSequence> sequences, Class<P> kind) {
    requireSome(sequences);
    BlockPool pool = sequences.getFirst().pool();
    if (!kind.isInstance(pool)) {
      throw new IllegalArgumentException(
          "These sequences were made by a pool of %s; give the pool of this cache as well."
              .formatted(pool.contents()));
    }
    return kind.cast(pool);
  }

  int size() {
    return sequences.size();
  }

  /**
   * Adds as many tokens to each sequence.
   *
   * @param rows for each memory of the pool: [B, T, ...] of its type
   * @throws PoolExhaustedException if the pool has too few blocks; no sequence has changed then
   */
  void append(List<Tensor> rows) {
    int count = Math.toIntExact(rows.getFirst().shape().dim(1));
    takeBlocks(count);
    for (int b = 0; b < sequences.size(); b++) {
      write(sequences.get(b), b, rows, count);
    }
  }

  /** All that every sequence lacks, or none. */
  private void takeBlocks(int tokens) {
    int[] missing = sequences.stream().mapToInt(s -> s.missingBlocks(pool, tokens)).toArray();
    int[] blocks = pool.take(Arrays.stream(missing).sum());
    int from = 0;
    for (int b = 0; b < missing.length; b++) {
      sequences.get(b).addBlocks(Arrays.copyOfRange(blocks, from, from + missing[b]));
      from += missing[b];
    }
  }

  /** Copies the tokens of one sequence block by block. */
  private void write(PagedSequence sequence, int b, List<Tensor> rows, int count) {
    int done = 0;
    while (done < count) {
      int at = sequence.length(pool);
      int slot = at % BlockPool.BLOCK_TOKENS;
      int run = Math.min(count - done, BlockPool.BLOCK_TOKENS - slot);
      for (int i = 0; i < rows.size(); i++) {
        Tensor block = pool.memories().get(i).narrow(0, sequence.blockOf(at), 1);
        Tensor added = rows.get(i).narrow(0, b, 1).narrow(1, done, run);
        block.narrow(1, slot, run).copyInPlace(added);
      }
      sequence.lengthen(pool, run);
      done += run;
    }
  }

  /** The blocks of each sequence. */
  int[][] table() {
    return sequences.stream().map(PagedSequence::blocks).toArray(int[][]::new);
  }

  /** The tokens of each sequence. */
  int[] lengths() {
    return sequences.stream().mapToInt(s -> s.length(pool)).toArray();
  }

  /** Tokens of the longest sequence. */
  long longest() {
    return Arrays.stream(lengths()).max().orElse(0);
  }

  /** Requires that it can be read. */
  void requireTokens() {
    sequences.forEach(PagedSequence::requireOpen);
    if (longest() == 0) {
      throw new IllegalStateException("The cache is empty: append tokens before reading it.");
    }
  }

  /** Forgets tokens from the end of every sequence, or of none if one has fewer. */
  void forgetLast(long tokens) {
    sequences.forEach(PagedSequence::requireOpen);
    int shortest = Arrays.stream(lengths()).min().orElse(0);
    if (tokens < 0 || tokens > shortest) {
      throw new IllegalArgumentException(
          "A cache whose shortest sequence has %d tokens cannot forget %d."
              .formatted(shortest, tokens));
    }
    sequences.forEach(s -> s.truncate(pool, s.length(pool) - tokens));
  }

  /** Closes the sequences. */
  @Override
  public void close() {
    sequences.forEach(PagedSequence::close);
  }
}
