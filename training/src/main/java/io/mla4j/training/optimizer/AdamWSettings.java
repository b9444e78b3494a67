package io.mla4j.training.optimizer;

/**
 * Settings of AdamW (arXiv 1711.05101).
 *
 * @param learningRate the highest, which the schedule scales
 * @param weightDecay of matrices; vectors such as biases and norms are not decayed
 */
public record AdamWSettings(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {

  public AdamWSettings {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "learningRate is a number above 0, not " + learningRate + ".");
    }
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 are at least 0 and less than 1, not " + beta1 + " and " + beta2 + ".");
    }
    if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException("epsilon is a number above 0, not " + epsilon + ".");
    }
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "weightDecay is a number of 0 or more, not " + weightDecay + ".");
    }
  }

  /** The usual settings with this learning rate. */
  public static AdamWSettings of(double learningRate) {
    return new AdamWSettings(learningRate, 0.9, 0.999, 1e-8, 0.01);
  }
}
