package io.mla4j.nn.rotary;

/**
 * Llama 3.1's scaling: long wavelengths are divided by the factor, short ones stay, with a ramp
 * between (rope type {@code llama3} of Hugging Face's transformers).
 *
 * @param factor how much longer than the original context, 1 or more
 * @param lowFrequencyFactor turns over the original context below which a frequency is divided
 * @param highFrequencyFactor turns above which it stays
 * @param originalMaxPositions the context length of the original training
 */
public record Llama3Scaling(
    double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalMaxPositions)
    implements RotaryScaling {

  public Llama3Scaling {
    if (!(factor >= 1 && Double.isFinite(factor))) {
      throw new IllegalArgumentException(
          "A factor of rotary scaling is a finite number, 1 or more, not " + factor + ".");
    }
    if (!(lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor)) {
      throw new IllegalArgumentException(
          "lowFrequencyFactor is more than 0 and highFrequencyFactor more than it, not %s and %s."
              .formatted(lowFrequencyFactor, highFrequencyFactor));
    }
    if (originalMaxPositions < 1) {
      throw new IllegalArgumentException(
          "originalMaxPositions is 1 or more, not " + originalMaxPositions + ".");
    }
  }

  @Override
  public double[] scale(double[] frequencies, double theta) {
    double[] scaled = new double[frequencies.length];
    for (int i = 0; i < scaled.length; i++) {
      double turns = originalMaxPositions * frequencies[i] / (2 * Math.PI);
      double kept =
          Math.clamp(
              (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor), 0.0, 1.0);
      scaled[i] = frequencies[i] * (kept + (1 - kept) / factor);
    }
    return scaled;
  }
}
