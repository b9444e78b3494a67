package io.mla4j.nn.rotary;

/**
 * Every frequency divided by one factor: position interpolation (arXiv 2306.15595).
 *
 * @param factor how much longer than the original context, 1 or more
 */
public record LinearScaling(double factor) implements RotaryScaling {

  public LinearScaling {
    if (!(factor >= 1 && Double.isFinite(factor))) {
      throw new IllegalArgumentException(
          "A factor of rotary scaling is a finite number, 1 or more, not " + factor + ".");
    }
  }

  @Override
  public double[] scale(double[] frequencies, double theta) {
    double[] scaled = new double[frequencies.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = frequencies[i] / factor;
    }
    return scaled;
  }
}
