package io.mla4j.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where the tokens of sequences of different lengths lie in a pool of blocks that they share. Every
 * sequence ends with the last key: where rows are gathered, shorter ones begin later and what
 * stands before them is hidden, so that a mask's positions count from the end of each.
 *
 * @param blocks of the pool
 * @param blockTokens tokens of a block
 * @param table [B, at least the blocks in use]: which blocks hold each sequence, in order
 * @param lengths [B]: tokens of each sequence
 */
@SuppressWarnings("ArrayRecordComponent") // made for one call of a pool's own methods
record PagedRows(long blocks, long blockTokens, int[][] table, int[] lengths) {

  /**
   * @throws IllegalArgumentException if a sequence has more tokens than its blocks hold, or a block
   *     lies outside of the pool
   */
  static void check(Shape pool, int[][] table, int[] lengths) {
    if (table.length != lengths.length) {
      throw new IllegalArgumentException(
          "The table is of %d sequences, the lengths of %d."
              .formatted(table.length, lengths.length));
    }
    for (int b = 0; b < lengths.length; b++) {
      check(pool, table[b], b, lengths[b]);
    }
  }

  private static void check(Shape pool, int[] ofSequence, int sequence, int length) {
    long room = ofSequence.length * pool.dim(1);
    if (length < 0 || length > room) {
      throw new IllegalArgumentException(
          "Sequence %d has %d tokens, but its %d blocks hold %d."
              .formatted(sequence, length, ofSequence.length, room));
    }
    for (int block : ofSequence) {
      if (block < 0 || block >= pool.dim(0)) {
        throw new IllegalArgumentException(
            "Sequence %d has the block %d, but the pool has the blocks 0 to %d."
                .formatted(sequence, block, pool.dim(0) - 1));
      }
    }
  }

  int batch() {
    return lengths.length;
  }

  /** S, tokens of the longest sequence. */
  int longest() {
    return Arrays.stream(lengths).max().orElse(0);
  }

  /**
   * Rows of a pool, each sequence at the end.
   *
   * @param pool [blocks, blockTokens, width]
   * @return [B · S, width]
   */
  Tensor gather(Tensor pool) {
    Tensor rows = pool.reshape(blocks * blockTokens, pool.shape().dim(2));
    long[] places = places();
    return rows.indexSelect(0, pool.engine().ofLongs(places, places.length));
  }

  /** The row of the pool for each place of each sequence. */
  private long[] places() {
    int keys = longest();
    long[] places = new long[Math.multiplyExact(batch(), keys)];
    for (int b = 0; b < batch(); b++) {
      int before = keys - lengths[b];
      if (before > 0) {
        // A row in use, as unused ones may hold anything and 0 times NaN is NaN.
        int inUse = lengths[b] > 0 ? b : longestSequence();
        Arrays.fill(places, b * keys, b * keys + before, place(inUse, 0));
      }
      for (int token = 0; token < lengths[b]; token++) {
        places[b * keys + before + token] = place(b, token);
      }
    }
    return places;
  }

  private long place(int sequence, int token) {
    long block = table[sequence][(int) (token / blockTokens)];
    return block * blockTokens + token % blockTokens;
  }

  private int longestSequence() {
    int longest = 0;
    for (int b = 0; b < lengths.length; b++) {
      longest = lengths[b] > lengths[longest] ? b : longest;
    }
    return longest;
  }

  /** A mask that also hides what stands before shorter sequences. */
  AttentionMask masked(AttentionMask mask, Engine engine) {
    int keys = longest();
    if (Arrays.stream(lengths).allMatch(length -> length == keys)) {
      return mask;
    }
    if ((long) batch() * keys > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A mask of %d sequences by %,d keys is too large; decode fewer at once."
              .formatted(batch(), keys));
    }
    boolean[] real = new boolean[batch() * keys];
    for (int b = 0; b < batch(); b++) {
      Arrays.fill(real, (b + 1) * keys - lengths[b], (b + 1) * keys, true);
    }
    Tensor visible = engine.ofBooleans(real, batch(), keys);
    Optional<Tensor> given = mask.keyMask();
    return mask.withKeyMask(given.isPresent() ? given.get().and(visible) : visible);
  }
}
