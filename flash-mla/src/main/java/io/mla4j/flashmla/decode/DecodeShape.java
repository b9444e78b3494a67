package io.mla4j.flashmla.decode;

/**
 * The sizes of one decoding step.
 *
 * @param batch sequences, B
 * @param queryTokens new tokens of each sequence, T: 1, or more to verify drafts
 * @param heads query heads, H
 * @param keyHeads heads in the cache, G, which divides H; 1 for latent attention
 * @param width of queries and keys, D, even: 576 in DeepSeek-V2 and V3
 * @param valueWidth V, the part of a key that is its value: 512 in DeepSeek-V2 and V3
 */
public record DecodeShape(
    int batch, int queryTokens, int heads, int keyHeads, int width, int valueWidth) {

  /** Wider keys would take more working memory than a cache has. */
  private static final int MOST_WIDTH = 1 << 14;

  private static final int MOST_HEADS = 1 << 14;

  /** More could not be addressed, and counts of bytes must not overflow. */
  private static final double MOST_ROWS = 1L << 40;

  public DecodeShape {
    require(batch >= 0, "batch", batch, "0 or more");
    require(queryTokens >= 1, "queryTokens", queryTokens, "1 or more");
    require(heads >= 1 && heads <= MOST_HEADS, "heads", heads, "1 to " + MOST_HEADS);
    require(
        keyHeads >= 1 && heads % keyHeads == 0,
        "keyHeads",
        keyHeads,
        "1 or more and divide the " + heads + " query heads");
    require(
        width >= 2 && width % 2 == 0 && width <= MOST_WIDTH,
        "width",
        width,
        "an even number from 2 to " + MOST_WIDTH);
    require(
        valueWidth >= 1 && valueWidth <= width,
        "valueWidth",
        valueWidth,
        "1 to the width " + width);
    if ((double) batch * queryTokens * heads > MOST_ROWS) {
      throw new IllegalArgumentException(
          "batch, queryTokens and heads make more than 2^40 query rows: %d, %d and %d."
              .formatted(batch, queryTokens, heads));
    }
  }

  private static void require(boolean holds, String name, int value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + wanted + ", not " + value + ".");
    }
  }

  /** Query heads that share a key head. */
  int headsPerKey() {
    return heads / keyHeads;
  }

  /** Rows of the output, B · T · H. */
  public long rows() {
    return (long) batch * queryTokens * heads;
  }
}
