package io.mla4j.training;

import io.mla4j.training.optimizer.AdamWSettings;
import io.mla4j.training.optimizer.ScheduleKind;

/**
 * How a model is trained.
 *
 * @param epochs passes over the training data
 * @param accumulationSteps batches whose gradients make one step
 * @param warmupFraction share of all steps over which the learning rate rises
 * @param clipNorm most the joint norm of the gradients may be; 0 for no limit
 * @param labelSmoothing share of the target given to all classes evenly
 * @param adversarialRadius how far token vectors are moved against the model for a second look at
 *     each batch, which doubles a step's cost (arXiv 1605.07725); 0 for no second look
 * @param balanceClasses weight rare classes up, {@code n / (C · n_c)}
 * @param monitor the figure whose best model is kept
 * @param patience evaluations without improvement after which training stops; 0 for never
 * @param evaluateEverySteps 0 for once an epoch
 * @param checkpointEverySteps how much work a kill or a recovery can cost
 * @param onNonFinite what happens when a loss or gradient is not a finite number
 * @param seed of everything random
 */
public record TrainingConfig(
    int epochs,
    AdamWSettings optimizer,
    ScheduleKind schedule,
    double warmupFraction,
    int accumulationSteps,
    double clipNorm,
    double labelSmoothing,
    double adversarialRadius,
    boolean balanceClasses,
    Monitor monitor,
    int patience,
    int evaluateEverySteps,
    int checkpointEverySteps,
    NonFinitePolicy onNonFinite,
    long seed) {

  /** Figures the best model can be chosen by, on the validation data. */
  public enum Monitor {
    ACCURACY("accuracy", 1),
    MACRO_F1("macroF1", 1),
    LOSS("loss", -1);

    private final String figure;
    private final int sign;

    Monitor(String figure, int sign) {
      this.figure = figure;
      this.sign = sign;
    }

    public String figure() {
      return figure;
    }

    /** A score that is larger for better models. */
    double score(double value) {
      return sign * value;
    }
  }

  /** What to do with a loss or gradient that is not a finite number. */
  public enum NonFinitePolicy {
    /** Back to the last checkpoint with half the learning rate, a few times at most. */
    RECOVER,
    /** Stop with an explanation; the last checkpoint stays. */
    STOP
  }

  public TrainingConfig {
    atLeast("epochs", epochs, 1);
    atLeast("accumulationSteps", accumulationSteps, 1);
    atLeast("patience", patience, 0);
    atLeast("evaluateEverySteps", evaluateEverySteps, 0);
    atLeast("checkpointEverySteps", checkpointEverySteps, 1);
    fraction("warmupFraction", warmupFraction);
    fraction("labelSmoothing", labelSmoothing);
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException("clipNorm is 0 or more, not " + clipNorm + ".");
    }
    if (!(adversarialRadius >= 0 && Double.isFinite(adversarialRadius))) {
      throw new IllegalArgumentException(
          "adversarialRadius is 0 or more, not " + adversarialRadius + ".");
    }
  }

  /** Sound settings for a small model from scratch. */
  public static TrainingConfig defaults() {
    return new TrainingConfig(
        10,
        new AdamWSettings(1e-3, 0.9, 0.999, 1e-8, 0.01),
        ScheduleKind.COSINE,
        0.05,
        1,
        1.0,
        0,
        0,
        false,
        Monitor.ACCURACY,
        0,
        0,
        200,
        NonFinitePolicy.RECOVER,
        42);
  }

  /** These settings with another number of epochs and another optimizer. */
  TrainingConfig with(int epochCount, AdamWSettings otherOptimizer) {
    return new TrainingConfig(
        epochCount,
        otherOptimizer,
        schedule,
        warmupFraction,
        accumulationSteps,
        clipNorm,
        labelSmoothing,
        adversarialRadius,
        balanceClasses,
        monitor,
        patience,
        evaluateEverySteps,
        checkpointEverySteps,
        onNonFinite,
        seed);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value + ".");
    }
  }

  private static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is at least 0 and less than 1, not " + value + ".");
    }
  }
}
