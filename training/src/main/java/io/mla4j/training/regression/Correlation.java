package io.mla4j.training.regression;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How far two lists of numbers go together, from -1 to 1.
 *
 * @param value 0 where one of the lists does not vary
 * @param count of the pairs of numbers
 */
public record Correlation(double value, int count) {

  /** Half the width of the middle 95 % of a standard normal distribution. */
  private static final double NORMAL_95 = 1.959963984540054;

  /** Two ends. */
  public record Interval(double low, double high) {}

  /** Pearson's: how near the pairs are to a straight line. */
  public static Correlation pearson(double[] left, double[] right) {
    requireSameLength(left, right);
    double leftMean = Arrays.stream(left).average().orElse(0);
    double rightMean = Arrays.stream(right).average().orElse(0);
    double product = 0;
    double leftSquares = 0;
    double rightSquares = 0;
    for (int i = 0; i < left.length; i++) {
      double a = left[i] - leftMean;
      double b = right[i] - rightMean;
      product += a * b;
      leftSquares += a * a;
      rightSquares += b * b;
    }
    double norm = Math.sqrt(leftSquares) * Math.sqrt(rightSquares);
    return new Correlation(norm == 0 ? 0 : product / norm, left.length);
  }

  /** Spearman's: Pearson's of the ranks, equal numbers sharing the mean of theirs. */
  public static Correlation spearman(double[] left, double[] right) {
    return pearson(ranks(left), ranks(right));
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    for (int start = 0, end; start < order.length; start = end) {
      end = start + 1;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      for (int i = start; i < end; i++) {
        ranks[order[i]] = (start + end - 1) / 2.0;
      }
    }
    return ranks;
  }

  private static void requireSameLength(double[] left, double[] right) {
    if (left.length != right.length) {
      throw new IllegalArgumentException(
          "A correlation is of as many numbers as others, not of %d and %d."
              .formatted(left.length, right.length));
    }
  }

  /**
   * Where the correlation of all such pairs lies with a confidence of 95 %, by Fisher's z: its
   * inverse hyperbolic tangent is about normal with a variance of 1 / (n − 3). From -1 to 1 for
   * three pairs or fewer.
   */
  public Interval interval() {
    if (count <= 3) {
      return new Interval(-1, 1);
    }
    double z = 0.5 * Math.log((1 + value) / (1 - value));
    double half = NORMAL_95 / Math.sqrt(count - 3.0);
    return new Interval(Math.tanh(z - half), Math.tanh(z + half));
  }
}
