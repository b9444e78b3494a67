package io.mla4j.tensor;

import java.util.Arrays;

/**
 * Where sequences begin that lie one after another without padding, as the cumulative lengths of
 * FlashAttention's variable-length interface.
 *
 * @param starts [sequences + 1]: the first token of each, then the number of all tokens; ascending
 *     from 0
 */
@SuppressWarnings("ArrayRecordComponent") // read by kernels as it is, never compared
public record PackedSequences(int[] starts) {

  public PackedSequences {
    if (starts.length < 1 || starts[0] != 0) {
      throw new IllegalArgumentException(
          "Packed sequences start at token 0 and end with the number of tokens, unlike "
              + Arrays.toString(starts)
              + ".");
    }
    for (int i = 1; i < starts.length; i++) {
      if (starts[i] < starts[i - 1]) {
        throw new IllegalArgumentException(
            "The starts of packed sequences ascend, but %d follows %d."
                .formatted(starts[i], starts[i - 1]));
      }
    }
  }

  /** Sequences of these lengths. */
  public static PackedSequences ofLengths(int... lengths) {
    int[] starts = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], lengths[i]);
    }
    return new PackedSequences(starts);
  }

  public int count() {
    return starts.length - 1;
  }

  /** Tokens of all. */
  public int tokens() {
    return starts[starts.length - 1];
  }

  public int start(int sequence) {
    return starts[sequence];
  }

  public int length(int sequence) {
    return starts[sequence + 1] - starts[sequence];
  }

  /** Whether all have the same length, so that they are the rows of a batch too. */
  public boolean haveOneLength() {
    for (int i = 1; i < count(); i++) {
      if (length(i) != length(0)) {
        return false;
      }
    }
    return true;
  }

  /** Which sequence each token belongs to. */
  public long[] sequenceOfToken() {
    long[] sequence = new long[tokens()];
    for (int i = 0; i < count(); i++) {
      Arrays.fill(sequence, starts[i], starts[i + 1], i);
    }
    return sequence;
  }

  /** Where each token stands in its sequence, from 0. */
  public long[] positions() {
    long[] positions = new long[tokens()];
    for (int i = 0; i < count(); i++) {
      for (int token = starts[i]; token < starts[i + 1]; token++) {
        positions[token] = (long) token - starts[i];
      }
    }
    return positions;
  }
}
