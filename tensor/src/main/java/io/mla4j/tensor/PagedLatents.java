package io.mla4j.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Latent rows in blocks of a pool that sequences of different lengths share, as FlashMLA's paged
 * cache. Every sequence ends with the last key: where rows are gathered, shorter ones begin later
 * and what stands before them is hidden, so that a mask's positions count from the end of each.
 *
 * @param pool [blocks, blockTokens, {@link LatentFormat#rowElements}] of the format's type
 * @param rank R
 * @param rotaryDim P
 * @param table [B, at least the blocks in use]: which blocks of the pool hold each sequence, in
 *     order
 * @param lengths [B]: tokens of each sequence
 */
@SuppressWarnings("ArrayRecordComponent") // handed over at every step of decoding, never compared
public record PagedLatents(
    Tensor pool, LatentFormat format, long rank, long rotaryDim, int[][] table, int[] lengths)
    implements LatentKeys {

  /**
   * @throws IllegalArgumentException if the pool has not rows of this format, or a sequence more
   *     tokens than its blocks hold, or a block lies outside of the pool
   */
  public PagedLatents {
    boolean fits = pool.shape().rank() == 3 && pool.dtype() == format.dtype();
    long elements = format.rowElements(rank, rotaryDim);
    if (!fits || pool.shape().dim(2) != elements || pool.shape().dim(1) < 1) {
      throw new IllegalArgumentException(
          "A pool of latents in %s is %s [blocks, tokens, %d], not %s %s."
              .formatted(format, format.dtype(), elements, pool.dtype(), pool.shape()));
    }
    if (table.length != lengths.length) {
      throw new IllegalArgumentException(
          "The table is of %d sequences, the lengths of %d."
              .formatted(table.length, lengths.length));
    }
    for (int b = 0; b < lengths.length; b++) {
      check(pool.shape(), table[b], b, lengths[b]);
    }
  }

  private static void check(Shape pool, int[] blocks, int sequence, int length) {
    if (length < 0 || length > blocks.length * pool.dim(1)) {
      throw new IllegalArgumentException(
          "Sequence %d has %d tokens, but its %d blocks hold %d."
              .formatted(sequence, length, blocks.length, blocks.length * pool.dim(1)));
    }
    for (int block : blocks) {
      if (block < 0 || block >= pool.dim(0)) {
        throw new IllegalArgumentException(
            "Sequence %d has the block %d, but the pool has the blocks 0 to %d."
                .formatted(sequence, block, pool.dim(0) - 1));
      }
    }
  }

  public int batch() {
    return lengths.length;
  }

  /** Tokens of a block. */
  public long blockTokens() {
    return pool.shape().dim(1);
  }

  @Override
  public long keys() {
    return Arrays.stream(lengths).max().orElse(0);
  }

  @Override
  public Tensor packed() {
    return gather(DType.FLOAT32);
  }

  @Override
  public Tensor latent() {
    return packed().narrow(2, 0, rank);
  }

  @Override
  public Tensor rotary() {
    return packed().narrow(2, rank, rotaryDim);
  }

  @Override
  public LatentKeys gathered(DType dtype) {
    return new Rows(gather(dtype), rank);
  }

  /** [B, S, R + P], each sequence at the end. */
  private Tensor gather(DType dtype) {
    long blocks = pool.shape().dim(0);
    Tensor rows = pool.reshape(blocks * blockTokens(), pool.shape().dim(2));
    long[] places = places();
    Tensor chosen = rows.indexSelect(0, pool.engine().ofLongs(places, places.length));
    return format.decode(chosen, rank, dtype).reshape(batch(), keys(), rank + rotaryDim);
  }

  /** The row of the pool for each place of each sequence. */
  private long[] places() {
    int keys = Math.toIntExact(keys());
    long[] places = new long[Math.multiplyExact(batch(), keys)];
    for (int b = 0; b < batch(); b++) {
      int before = keys - lengths[b];
      if (before > 0) {
        // A row in use, as unused ones may hold anything and 0 times NaN is NaN.
        Arrays.fill(places, b * keys, b * keys + before, place(lengths[b] > 0 ? b : longest(), 0));
      }
      for (int token = 0; token < lengths[b]; token++) {
        places[b * keys + before + token] = place(b, token);
      }
    }
    return places;
  }

  private long place(int sequence, int token) {
    long block = table[sequence][(int) (token / blockTokens())];
    return block * blockTokens() + token % blockTokens();
  }

  private int longest() {
    int longest = 0;
    for (int b = 0; b < lengths.length; b++) {
      longest = lengths[b] > lengths[longest] ? b : longest;
    }
    return longest;
  }

  @Override
  public AttentionMask masked(AttentionMask mask) {
    int keys = Math.toIntExact(keys());
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
    Tensor visible = pool.engine().ofBooleans(real, batch(), keys);
    Optional<Tensor> given = mask.keyMask();
    return mask.withKeyMask(given.isPresent() ? given.get().and(visible) : visible);
  }
}
