package io.mla4j.kernels.sampling;

import java.util.Arrays;

/** How many tokens of a row, and how much of its weight, have logits of each size. */
final class Histogram {

  /** A sign, an exponent and three bits of the mantissa. */
  private static final int SHIFT = 20;

  /** Tokens that are passed over together where none is high enough. */
  private static final int BLOCK = 256;

  private final LogitRow row;
  private final float least;
  private final int[] counts = new int[1 << (Integer.SIZE - SHIFT)];
  private final double[] weights = new double[counts.length];

  /** Tokens with at least a logit. */
  Histogram(LogitRow row, float least) {
    this.row = row;
    this.least = least;
    each(
        row,
        least,
        token -> {
          int bucket = bucket(order(row.logit(token)));
          counts[bucket]++;
          weights[bucket] += row.weight(token);
        });
  }

  /** What is done with a token. */
  interface Visit {
    void token(int token);
  }

  /** Visits tokens with at least a logit, in their order. */
  static void each(LogitRow row, float least, Visit visit) {
    for (int first = 0; first < row.width(); first += BLOCK) {
      int count = Math.min(BLOCK, row.width() - first);
      if (row.highest(first, count) >= least) {
        for (int token = first; token < first + count; token++) {
          if (row.logit(token) >= least) {
            visit.token(token);
          }
        }
      }
    }
  }

  /** Whole numbers in the order of the floats; both zeros are equal. */
  private static int order(float logit) {
    int bits = Float.floatToRawIntBits(logit + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private static int bucket(int order) {
    return (order ^ Integer.MIN_VALUE) >>> SHIFT;
  }

  /** A larger one comes first: a higher logit, then a lower token. */
  static long rank(float logit, int token) {
    return (long) order(logit) << Integer.SIZE | (Integer.MAX_VALUE - token);
  }

  /**
   * The last of the first tokens that there are {@code count} of or that have {@code weight}
   * together, whichever comes first; the last of all where neither is reached.
   */
  Cut cut(long count, double weight) {
    long taken = 0;
    double sum = 0;
    int last = 0;
    for (int bucket = counts.length - 1; bucket >= 0; bucket--) {
      if (counts[bucket] > 0) {
        if (taken + counts[bucket] >= count || sum + weights[bucket] >= weight) {
          return inside(bucket, count - taken, sum, weight);
        }
        taken += counts[bucket];
        sum += weights[bucket];
        last = bucket;
      }
    }
    return inside(last, Long.MAX_VALUE, sum - weights[last], Double.POSITIVE_INFINITY);
  }

  /**
   * Where a row is cut.
   *
   * @param rank of the last token that stays
   * @param weight of what stays
   */
  record Cut(long rank, double weight) {}

  private Cut inside(int bucket, long count, double before, double weight) {
    long[] ranks = ranks(bucket);
    double sum = before;
    int at = ranks.length;
    do {
      at--;
      sum += row.weight(token(ranks[at]));
    } while (at > 0 && ranks.length - at < count && sum < weight);
    return new Cut(ranks[at], sum);
  }

  /** Ascending. */
  private long[] ranks(int bucket) {
    long[] ranks = new long[counts[bucket]];
    int[] filled = {0};
    each(
        row,
        least,
        token -> {
          float logit = row.logit(token);
          if (bucket(order(logit)) == bucket) {
            ranks[filled[0]++] = rank(logit, token);
          }
        });
    Arrays.sort(ranks);
    return ranks;
  }

  private static int token(long rank) {
    return Integer.MAX_VALUE - (int) rank;
  }
}
