package io.mla4j.nn.rotary;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Optional;

/**
 * YaRN (arXiv 2309.00071): slow frequencies are interpolated to reach {@code factor} times as far
 * as in training, fast ones stay, with a ramp between.
 *
 * @param factor how much longer than the original context
 * @param originalMaxPositions the context length of the original training
 * @param betaFast rotations over the original context above which a frequency stays
 * @param betaSlow rotations below which it is interpolated in full
 * @param mscale weight of the logarithmic growth of the amplitude of cos and sin; 0 if not given
 * @param mscaleAllDim weight of the growth of the attention scale; 0 if not given
 */
public record YarnScaling(
    double factor,
    int originalMaxPositions,
    double betaFast,
    double betaSlow,
    double mscale,
    double mscaleAllDim)
    implements RotaryScaling {

  public YarnScaling {
    if (!(factor >= 1 && Double.isFinite(factor))) {
      throw new IllegalArgumentException(
          "A YaRN factor is a finite number, 1 or more, not " + factor + ".");
    }
    if (originalMaxPositions < 1) {
      throw new IllegalArgumentException(
          "originalMaxPositions is 1 or more, not " + originalMaxPositions + ".");
    }
    if (!(betaSlow > 0 && betaFast >= betaSlow)) {
      throw new IllegalArgumentException(
          "betaSlow is more than 0 and betaFast no less than it, not %s and %s."
              .formatted(betaSlow, betaFast));
    }
    notNegative("mscale", mscale);
    notNegative("mscaleAllDim", mscaleAllDim);
  }

  private static void notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " is 0 or more, not " + value + ".");
    }
  }

  /** Where little is said, as {@link #of}. */
  @JsonCreator
  static YarnScaling given(
      double factor,
      int originalMaxPositions,
      Optional<Double> betaFast,
      Optional<Double> betaSlow,
      Optional<Double> mscale,
      Optional<Double> mscaleAllDim) {
    YarnScaling usual = of(factor, originalMaxPositions);
    return new YarnScaling(
        factor,
        originalMaxPositions,
        betaFast.orElse(usual.betaFast),
        betaSlow.orElse(usual.betaSlow),
        mscale.orElse(usual.mscale),
        mscaleAllDim.orElse(usual.mscaleAllDim));
  }

  /** The usual ramp from 32 rotations to 1, and the amplitude of the paper. */
  public static YarnScaling of(double factor, int originalMaxPositions) {
    return new YarnScaling(factor, originalMaxPositions, 32, 1, 0, 0);
  }

  @Override
  public double amplitude() {
    boolean given = mscale != 0 && mscaleAllDim != 0;
    return given ? growth(mscale) / growth(mscaleAllDim) : growth(1);
  }

  @Override
  public double attentionScale() {
    double growth = mscaleAllDim == 0 ? 1 : growth(mscaleAllDim);
    return growth * growth;
  }

  private double growth(double weight) {
    return 1 + 0.1 * weight * Math.log(factor);
  }

  @Override
  public double[] scale(double[] frequencies, double theta) {
    int pairs = frequencies.length;
    double low = Math.max(Math.floor(pairWith(betaFast, theta, 2 * pairs)), 0);
    double high = Math.min(Math.ceil(pairWith(betaSlow, theta, 2 * pairs)), 2 * pairs - 1);
    double width = low == high ? 0.001 : high - low;
    double[] scaled = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      double interpolated = Math.clamp((i - low) / width, 0.0, 1.0);
      scaled[i] = frequencies[i] * (1 - interpolated + interpolated / factor);
    }
    return scaled;
  }

  /** The pair that turns this many times over the original context. */
  private double pairWith(double rotations, double theta, int dim) {
    double wavelength = originalMaxPositions / (rotations * 2 * Math.PI);
    return dim * Math.log(wavelength) / (2 * Math.log(theta));
  }
}
