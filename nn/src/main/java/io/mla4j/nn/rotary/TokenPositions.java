package io.mla4j.nn.rotary;

import io.mla4j.tensor.PackedSequences;
import java.util.Arrays;

/**
 * Where the tokens of a pass stand in their sequences.
 *
 * <p>{@link Consecutive} is the same stretch for every sequence of a batch, {@link Each} says it
 * token by token.
 */
public sealed interface TokenPositions {

  /** T: positions a row. */
  long count();

  /** One more than the last position, 0 of none. */
  long end();

  /** Positions {@code start} to {@code start + count}, of every sequence. */
  record Consecutive(long start, long count) implements TokenPositions {
    public Consecutive {
      if (start < 0 || count < 0) {
        throw new IllegalArgumentException(
            "Positions and their number are 0 or more, not " + start + " and " + count + ".");
      }
    }

    @Override
    public long end() {
      return count == 0 ? 0 : start + count;
    }
  }

  /**
   * A position for each token.
   *
   * @param values [rows, T], row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // made for one pass, never compared
  record Each(long[] values, long rows) implements TokenPositions {
    public Each {
      if (rows < 1 || values.length % rows != 0 || Arrays.stream(values).anyMatch(v -> v < 0)) {
        throw new IllegalArgumentException(
            "Positions are rows of numbers of 0 or more, not %d numbers in %d rows."
                .formatted(values.length, rows));
      }
    }

    @Override
    public long count() {
      return values.length / rows;
    }

    @Override
    public long end() {
      return Arrays.stream(values).max().orElse(-1) + 1;
    }
  }

  static TokenPositions from(long start, long count) {
    return new Consecutive(start, count);
  }

  /** Those of sequences that lie one after another, each from 0. */
  static TokenPositions of(PackedSequences packed) {
    return new Each(packed.positions(), 1);
  }
}
