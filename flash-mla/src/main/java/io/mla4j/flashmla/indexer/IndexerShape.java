package io.mla4j.flashmla.indexer;

/**
 * The sizes of the lightning indexer's work (DeepSeek-V3.2): one key a token, shared by its heads.
 *
 * @param batch sequences, B
 * @param queryTokens new tokens of each sequence, T
 * @param heads of the indexer, H: 64 in DeepSeek-V3.2
 * @param width of queries and keys, D: 128 in DeepSeek-V3.2
 */
public record IndexerShape(int batch, int queryTokens, int heads, int width) {

  private static final int MOST_WIDTH = 1 << 14;
  private static final int MOST_HEADS = 1 << 14;

  /** More could not be addressed, and counts of bytes must not overflow. */
  private static final double MOST_ROWS = 1L << 40;

  public IndexerShape {
    require(batch >= 0, "batch", batch, "0 or more");
    require(queryTokens >= 1, "queryTokens", queryTokens, "1 or more");
    require(heads >= 1 && heads <= MOST_HEADS, "heads", heads, "1 to " + MOST_HEADS);
    require(width >= 1 && width <= MOST_WIDTH, "width", width, "1 to " + MOST_WIDTH);
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

  /** Query tokens of all sequences, B · T. */
  public long tokens() {
    return (long) batch * queryTokens;
  }
}
