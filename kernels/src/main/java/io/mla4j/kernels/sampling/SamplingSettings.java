package io.mla4j.kernels.sampling;

/**
 * Which tokens may be drawn. Filters apply in the order of the parameters, each to what the one
 * before has left.
 *
 * @param temperature logits are divided by it; 0 for the likeliest token alone
 * @param topK only so many of the likeliest tokens; 0 for all (arXiv 1805.04833)
 * @param topP the fewest likeliest tokens that together have this probability; 1 for all (nucleus
 *     sampling, arXiv 1904.09751)
 * @param minP only tokens at least this share as likely as the likeliest; 0 for all (arXiv
 *     2407.01082)
 */
public record SamplingSettings(double temperature, int topK, double topP, double minP) {

  /** Below, logits that differ at all would be infinitely far apart. */
  private static final double LOWEST_TEMPERATURE = 1e-6;

  /** The likeliest token alone. */
  public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0);

  public SamplingSettings {
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
  public static SamplingSettings of(double temperature) {
    return new SamplingSettings(temperature, 0, 1, 0);
  }

  public SamplingSettings withTopK(int most) {
    return new SamplingSettings(temperature, most, topP, minP);
  }

  public SamplingSettings withTopP(double share) {
    return new SamplingSettings(temperature, topK, share, minP);
  }

  public SamplingSettings withMinP(double share) {
    return new SamplingSettings(temperature, topK, topP, share);
  }

  boolean isGreedy() {
    return temperature == 0 || topK == 1;
  }
}
