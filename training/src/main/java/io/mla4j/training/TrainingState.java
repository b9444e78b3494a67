package io.mla4j.training;

/**
 * Where training stands: all a resumed run needs beside the parameters and the optimizer's moments.
 * Batches and random numbers are functions of the seed and these numbers.
 *
 * @param step optimizer steps made
 * @param epoch passes over the data completed
 * @param batch batches of the running epoch consumed
 * @param learningRateFactor halved at each recovery
 * @param recoveries how many there were
 * @param bestScore of the best model so far; {@code -Double.MAX_VALUE} before the first evaluation
 * @param bestStep the step it was measured at
 * @param evaluatedStep the step of the last evaluation; 0 before the first
 * @param evaluationsSinceBest how many followed the best
 * @param seconds of training so far
 * @param outOfPatience whether training is over because the model stopped improving
 */
public record TrainingState(
    long step,
    long epoch,
    long batch,
    double learningRateFactor,
    int recoveries,
    double bestScore,
    long bestStep,
    long evaluatedStep,
    int evaluationsSinceBest,
    double seconds,
    boolean outOfPatience) {

  static final TrainingState START =
      new TrainingState(0, 0, 0, 1, 0, -Double.MAX_VALUE, 0, 0, 0, 0, false);

  TrainingState afterStep(long batches, double stepSeconds) {
    return new TrainingState(
        step + 1,
        epoch,
        batch + batches,
        learningRateFactor,
        recoveries,
        bestScore,
        bestStep,
        evaluatedStep,
        evaluationsSinceBest,
        seconds + stepSeconds,
        outOfPatience);
  }

  TrainingState afterEpoch() {
    return new TrainingState(
        step,
        epoch + 1,
        0,
        learningRateFactor,
        recoveries,
        bestScore,
        bestStep,
        evaluatedStep,
        evaluationsSinceBest,
        seconds,
        outOfPatience);
  }

  TrainingState afterEvaluation(double score) {
    boolean better = score > bestScore;
    return new TrainingState(
        step,
        epoch,
        batch,
        learningRateFactor,
        recoveries,
        better ? score : bestScore,
        better ? step : bestStep,
        step,
        better ? 0 : evaluationsSinceBest + 1,
        seconds,
        outOfPatience);
  }

  TrainingState recovered(double factor, int count) {
    return new TrainingState(
        step,
        epoch,
        batch,
        factor,
        count,
        bestScore,
        bestStep,
        evaluatedStep,
        evaluationsSinceBest,
        seconds,
        outOfPatience);
  }

  TrainingState withoutPatience() {
    return new TrainingState(
        step,
        epoch,
        batch,
        learningRateFactor,
        recoveries,
        bestScore,
        bestStep,
        evaluatedStep,
        evaluationsSinceBest,
        seconds,
        true);
  }
}
