package io.mla4j.training;

import io.mla4j.data.batch.Batch;
import java.util.List;

/** A loss or gradient that is not a finite number, and what to say about it. */
record NonFiniteLoss(
    TrainingStep.Result result,
    List<? extends Batch> batches,
    TrainingState state,
    double learningRate,
    StepConfig config) {

  /** A sentence with the step, the likely cause and the examples of the batch. */
  String explained() {
    String what =
        Double.isFinite(result.loss())
            ? "the gradients' norm is " + result.gradientNorm()
            : "the loss is " + result.loss();
    return "At step %d %s (learning rate %.3g, %s; training examples %s); %s."
        .formatted(
            state.step() + 1, what, learningRate, clipping(), ExampleList.of(batches), advice());
  }

  private String clipping() {
    return config.clipNorm() > 0
        ? "gradients clipped at norm " + config.clipNorm()
        : "gradients not clipped";
  }

  private String advice() {
    return config.clipNorm() > 0
        ? "a lower learning rate usually helps"
        : "a lower learning rate or clipNorm 1.0 usually helps";
  }
}
