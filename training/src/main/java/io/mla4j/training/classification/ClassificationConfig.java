package io.mla4j.training.classification;

/**
 * What is made of the labels while training.
 *
 * @param labelSmoothing share of the target given to all classes evenly
 * @param balanceClasses weight rare classes up, {@code n / (C · n_c)}
 */
public record ClassificationConfig(double labelSmoothing, boolean balanceClasses) {

  public ClassificationConfig {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing is at least 0 and less than 1, not " + labelSmoothing + ".");
    }
  }

  /** Labels as they are. */
  public static ClassificationConfig defaults() {
    return new ClassificationConfig(0, false);
  }
}
