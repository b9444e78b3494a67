package io.mla4j.tensor;

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
    PagedRows.check(pool.shape(), table, lengths);
  }

  private PagedRows rows() {
    return new PagedRows(pool.shape().dim(0), blockTokens(), table, lengths);
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
    return rows().longest();
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
    return format
        .decode(rows().gather(pool), rank, dtype)
        .reshape(batch(), keys(), rank + rotaryDim);
  }

  @Override
  public AttentionMask masked(AttentionMask mask) {
    return rows().masked(mask, pool.engine());
  }
}
