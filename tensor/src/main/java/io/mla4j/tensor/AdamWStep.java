package io.mla4j.tensor;

/**
 * The settings of one AdamW step (arXiv 1711.05101, algorithm 2).
 *
 * @param step which step this is, from 1, for the bias correction
 */
public record AdamWStep(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    long step) {

  /** What the first moments, which start at zero, are divided by. */
  public double correction1() {
    return 1 - Math.pow(beta1, step);
  }

  /** What the second moments, which start at zero, are divided by. */
  public double correction2() {
    return 1 - Math.pow(beta2, step);
  }
}
