package io.mla4j.data.batch;

/**
 * Documents as token ids, each in one chunk or several. The chunks of a document follow one
 * another, and the documents come in order. The arrays are the batch's own and are not copied.
 *
 * @param documents D
 * @param chunks C, at least one a document
 * @param tokens T, the length of the longest chunk
 * @param ids [C, T] row-major, padded at the end of each row with the padding id
 * @param lengths [C] tokens of each chunk without padding, at least 1
 * @param documentOfChunk [C] which of the batch's documents a chunk belongs to, from 0, ascending
 * @param labels [D] class numbers, -1 where a document has no label
 * @param rows [D] which example of its source each document is, from 0
 */
public record TextBatch(
    int documents,
    int chunks,
    int tokens,
    long[] ids,
    int[] lengths,
    int[] documentOfChunk,
    long[] labels,
    int[] rows)
    implements Batch {

  /** The label of a document that has none. */
  public static final long UNKNOWN_LABEL = -1;

  @Override
  public long realTokens() {
    long sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  /** Tokens with padding, {@code C · T}: what a model computes on. */
  public long paddedTokens() {
    return (long) chunks * tokens;
  }
}
