package io.mla4j.data.corpus;

import io.mla4j.data.batch.Batch;

/**
 * Sequences of tokens that lie one after another, and what is to be foretold at each. Positions
 * count from each sequence's start, and no token sees another sequence. The arrays are the batch's
 * own and are not copied.
 *
 * @param ids [N]
 * @param targets [N] the token that follows each, or {@link #IGNORED} where none is to be foretold
 * @param starts [S + 1] where each sequence begins, then N; ascending from 0
 * @param predicted how many targets are not ignored
 * @param rows which blocks or windows of the source these are, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record TokenBatch(long[] ids, long[] targets, int[] starts, int predicted, int[] rows)
    implements Batch {

  /** PyTorch's and Hugging Face's label of what is not to be foretold. */
  public static final long IGNORED = -100;

  /** N. */
  public int tokens() {
    return ids.length;
  }

  @Override
  public long realTokens() {
    return ids.length;
  }
}
