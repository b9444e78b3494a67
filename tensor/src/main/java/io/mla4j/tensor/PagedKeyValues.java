package io.mla4j.tensor;

/**
 * Keys and values in blocks of two pools that sequences of different lengths share (PagedAttention,
 * arXiv 2309.06180): a block of keys and the block of values of the same number hold the same
 * tokens. Every sequence ends with the last key, so that a mask's positions count from the end of
 * each.
 *
 * @param keys [blocks, blockTokens, G, D]
 * @param values [blocks, blockTokens, G, V], of the same type
 * @param table [B, at least the blocks in use]: which blocks hold each sequence, in order
 * @param lengths [B]: tokens of each sequence; 0 is allowed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over at every step of decoding, never compared
public record PagedKeyValues(Tensor keys, Tensor values, int[][] table, int[] lengths) {

  /**
   * @throws IllegalArgumentException if the pools do not fit each other, or a sequence has more
   *     tokens than its blocks hold, or a block lies outside of the pools
   */
  public PagedKeyValues {
    boolean fits = keys.shape().rank() == 4 && values.shape().rank() == 4;
    for (int dimension = 0; fits && dimension < 3; dimension++) {
      fits = keys.shape().dim(dimension) == values.shape().dim(dimension);
    }
    fits = fits && keys.dtype().isFloating() && keys.dtype() == values.dtype();
    if (!fits || keys.shape().dim(1) < 1) {
      throw new IllegalArgumentException(
          "Pools of keys and values are [blocks, tokens, heads, width] of one floating type and differ only in width, not %s %s and %s %s."
              .formatted(keys.dtype(), keys.shape(), values.dtype(), values.shape()));
    }
    PagedRows.check(keys.shape(), table, lengths);
  }

  private PagedRows rows() {
    return new PagedRows(keys.shape().dim(0), blockTokens(), table, lengths);
  }

  public int batch() {
    return lengths.length;
  }

  /** Tokens of a block. */
  public long blockTokens() {
    return keys.shape().dim(1);
  }

  /** S, tokens of the longest sequence. */
  public int longest() {
    return rows().longest();
  }

  /** The keys in one piece of another type: [B, S, G, D], each sequence at the end. */
  public Tensor gatheredKeys(DType dtype) {
    return gather(keys, dtype);
  }

  /** The values in one piece of another type: [B, S, G, V], each sequence at the end. */
  public Tensor gatheredValues(DType dtype) {
    return gather(values, dtype);
  }

  private Tensor gather(Tensor pool, DType dtype) {
    long heads = pool.shape().dim(2);
    long width = pool.shape().dim(3);
    Tensor flat = pool.reshape(pool.shape().dim(0), blockTokens(), heads * width);
    return rows().gather(flat).cast(dtype).reshape(batch(), longest(), heads, width);
  }

  /** A mask over {@link #gatheredKeys} that also hides what stands before shorter sequences. */
  public AttentionMask masked(AttentionMask mask) {
    return rows().masked(mask, keys.engine());
  }
}
