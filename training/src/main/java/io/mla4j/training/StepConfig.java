package io.mla4j.training;

/**
 * How gradients become a step.
 *
 * @param accumulationSteps batches whose gradients make one step
 * @param clipNorm most the joint norm of the gradients may be; 0 for no limit
 * @param adversarialRadius how far token vectors are moved against the model for a second look at
 *     each batch, which doubles a step's cost (arXiv 1605.07725); 0 for no second look
 */
public record StepConfig(int accumulationSteps, double clipNorm, double adversarialRadius) {

  public StepConfig {
    Bounds.atLeast("accumulationSteps", accumulationSteps, 1);
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException("clipNorm is 0 or more, not " + clipNorm + ".");
    }
    if (!(adversarialRadius >= 0 && Double.isFinite(adversarialRadius))) {
      throw new IllegalArgumentException(
          "adversarialRadius is 0 or more, not " + adversarialRadius + ".");
    }
  }

  /** One batch a step, clipped at norm 1. */
  public static StepConfig defaults() {
    return new StepConfig(1, 1, 0);
  }
}
