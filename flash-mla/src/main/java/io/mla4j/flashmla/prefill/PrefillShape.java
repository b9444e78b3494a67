package io.mla4j.flashmla.prefill;

/**
 * The sizes of attention in the expanded form, where every head has keys and values of its own or
 * shares them with its neighbours.
 *
 * @param heads query heads, H
 * @param keyHeads heads of keys and values, G, which divides H
 * @param width of queries and keys, D: 192 in DeepSeek-V2 and V3
 * @param valueWidth V: 128 in DeepSeek-V2 and V3
 */
public record PrefillShape(int heads, int keyHeads, int width, int valueWidth) {

  /** Wider keys would take more working memory than a cache has. */
  private static final int MOST_WIDTH = 1 << 14;

  private static final int MOST_HEADS = 1 << 14;

  public PrefillShape {
    require(heads >= 1 && heads <= MOST_HEADS, "heads", heads, "1 to " + MOST_HEADS);
    require(
        keyHeads >= 1 && heads % keyHeads == 0,
        "keyHeads",
        keyHeads,
        "1 or more and divide the " + heads + " query heads");
    require(width >= 1 && width <= MOST_WIDTH, "width", width, "1 to " + MOST_WIDTH);
    require(
        valueWidth >= 1 && valueWidth <= MOST_WIDTH,
        "valueWidth",
        valueWidth,
        "1 to " + MOST_WIDTH);
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
}
