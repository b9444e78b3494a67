package io.mla4j.kernels.paged;

import io.mla4j.kernels.memory.Extent;

/**
 * Sizes of a step.
 *
 * @param batch B; 0 is allowed
 * @param queryTokens T of each sequence: 1, or more to verify drafts or to prefill in chunks
 * @param heads H, a multiple of G: consecutive query heads share a key head
 * @param keyHeads G
 * @param width D
 * @param valueWidth V
 */
public record PagedShape(
    int batch, int queryTokens, int heads, int keyHeads, int width, int valueWidth) {

  public PagedShape {
    if (batch < 0) {
      throw new IllegalArgumentException("The batch must be 0 or more, not " + batch + ".");
    }
    Extent.checkPositive("number of query tokens", queryTokens);
    Extent.checkPositive("number of query heads", heads);
    Extent.checkPositive("number of key heads", keyHeads);
    Extent.checkPositive("width", width);
    Extent.checkPositive("value width", valueWidth);
    if (heads % keyHeads != 0) {
      throw new IllegalArgumentException(
          "%d query heads cannot share %d key heads evenly.".formatted(heads, keyHeads));
    }
  }

  /** Query heads of a key head, H/G. */
  public int sharing() {
    return heads / keyHeads;
  }

  /** Rows of the result, B · T · H. */
  public long rows() {
    return (long) batch * queryTokens * heads;
  }
}
