package io.mla4j.tensor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the next token is chosen from logits. Filters apply in the order of the parameters, each to
 * what the one before has left. A logit that is NaN counts as −∞, which is never chosen; where some
 * are +∞ they alone remain, equally likely; of equal logits the lower token comes first.
 *
 * @param temperature logits are divided by it; 0 for the likeliest token alone
 * @param topK only so many of the likeliest tokens; 0 for all (arXiv 1805.04833)
 * @param topP the fewest likeliest tokens that together have this probability; 1 for all (nucleus
 *     sampling, arXiv 1904.09751)
 * @param minP only tokens at least this share as likely as the likeliest; 0 for all (arXiv
 *     2407.01082)
 */
public record Sampling(double temperature, int topK, double topP, double minP) {

  /** Below, logits that differ at all would be infinitely far apart. */
  private static final double LOWEST_TEMPERATURE = 1e-6;

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  /** The likeliest token alone. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0);

  /**
   * @throws IllegalArgumentException if a setting is out of range
   */
  public Sampling {
    boolean divides = temperature >= LOWEST_TEMPERATURE && temperature <= 1 / LOWEST_TEMPERATURE;
    if (temperature != 0 && !divides) {
      throw new IllegalArgumentException(
          "temperature must be 0 or %.0e to %.0e, not %s."
              .formatted(LOWEST_TEMPERATURE, 1 / LOWEST_TEMPERATURE, temperature));
    }
    if (topK < 0) {
      throw new IllegalArgumentException("topK must be 0 or more, not " + topK + ".");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP must be above 0 and at most 1, not " + topP + ".");
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("minP must be 0 to 1, not " + minP + ".");
    }
  }

  /** All tokens, at a temperature. */
  public static Sampling of(double temperature) {
    return new Sampling(temperature, 0, 1, 0);
  }

  public Sampling withTopK(int most) {
    return new Sampling(temperature, most, topP, minP);
  }

  public Sampling withTopP(double share) {
    return new Sampling(temperature, topK, share, minP);
  }

  public Sampling withMinP(double share) {
    return new Sampling(temperature, topK, topP, share);
  }

  /**
   * Requires logits [N, V] of a floating type.
   *
   * @throws IllegalArgumentException if they are something else
   */
  public static void check(Tensor logits) {
    if (logits.shape().rank() != 2 || logits.shape().dim(1) == 0 || !logits.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "Tokens are chosen from floating logits [N, V], not from "
              + logits.dtype()
              + " of "
              + logits.shape()
              + ".");
    }
  }

  /** The definition of {@link Engine#sample}, in float64 with a sort. */
  long[] choose(Tensor logits, long seed, long step) {
    check(logits);
    int width = Math.toIntExact(logits.shape().dim(1));
    double[] all = logits.toDoubles();
    long[] tokens = new long[Math.toIntExact(logits.shape().dim(0))];
    for (int row = 0; row < tokens.length; row++) {
      double[] one = plain(row, Arrays.copyOfRange(all, row * width, (row + 1) * width));
      tokens[row] = choose(one, uniform(seed, step));
    }
    return tokens;
  }

  /** A row without NaN and +∞. */
  private static double[] plain(int row, double[] logits) {
    boolean infinite = Arrays.stream(logits).anyMatch(x -> x == Double.POSITIVE_INFINITY);
    for (int i = 0; i < logits.length; i++) {
      if (infinite) {
        logits[i] = logits[i] == Double.POSITIVE_INFINITY ? 0 : Double.NEGATIVE_INFINITY;
      } else if (Double.isNaN(logits[i])) {
        logits[i] = Double.NEGATIVE_INFINITY;
      }
    }
    if (Arrays.stream(logits).allMatch(x -> x == Double.NEGATIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Row " + row + " of the logits has no number above −∞, so that no token can be chosen.");
    }
    return logits;
  }

  private int choose(double[] logits, double uniform) {
    int[] likeliest =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (temperature == 0 || topK == 1) {
      return likeliest[0];
    }
    double[] weights = new double[logits.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp((logits[i] - logits[likeliest[0]]) / temperature);
    }
    int[] kept = Arrays.copyOf(likeliest, filtered(likeliest, weights));
    Arrays.sort(kept);
    double point = uniform * Arrays.stream(kept).mapToDouble(i -> weights[i]).sum();
    double sum = 0;
    for (int token : kept) {
      sum += weights[token];
      if (sum > point) {
        return token;
      }
    }
    return kept[kept.length - 1]; // sums in another order may end a rounding below the point
  }

  /** How many of the likeliest tokens the filters leave. */
  private int filtered(int[] likeliest, double[] weights) {
    int count = topK > 0 ? Math.min(topK, likeliest.length) : likeliest.length;
    if (topP < 1) {
      double total = Arrays.stream(likeliest, 0, count).mapToDouble(i -> weights[i]).sum();
      double sum = 0;
      int fewest = 0;
      while (fewest < count && sum < topP * total) {
        sum += weights[likeliest[fewest++]];
      }
      count = fewest;
    }
    while (count > 1 && weights[likeliest[count - 1]] < minP) {
      count--;
    }
    return count;
  }

  /**
   * Randomness as a function of a seed and a step, from 0 up to and without 1 (SplitMix64; Steele,
   * Lea and Flood, OOPSLA 2014).
   */
  static double uniform(long seed, long step) {
    return (mix(mix(seed) + (step + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
