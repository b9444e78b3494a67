package io.mla4j.data.batch;

/**
 * Pairs of texts with a number each. The arrays are the batch's own and are not copied.
 *
 * @param texts 2P documents: first the P first texts, then the P second ones, in the same order
 * @param targets [P] what is to be said of each pair, NaN where it is not known
 * @param rows [P] which example of its source each pair is, from 0
 */
public record PairBatch(TextBatch texts, float[] targets, int[] rows) implements Batch {

  /** P. */
  public int pairs() {
    return rows.length;
  }

  @Override
  public long realTokens() {
    return texts.realTokens();
  }
}
