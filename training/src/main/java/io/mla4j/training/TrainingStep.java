package io.mla4j.training;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Forward;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.optimizer.AdamW;
import java.util.List;
import java.util.Optional;

/** One optimizer step over one batch or several whose gradients are added. */
final class TrainingStep {

  /**
   * What a step found.
   *
   * @param loss mean over the batches
   * @param gradientNorm before clipping; NaN if the loss already was not finite
   */
  record Result(double loss, double gradientNorm) {

    boolean finite() {
      return Double.isFinite(loss) && Double.isFinite(gradientNorm);
    }
  }

  private final Engine engine;
  private final Forward<TextBatch> model;
  private final AdamW optimizer;
  private final TrainingConfig config;
  private final Optional<Tensor> classWeights;

  TrainingStep(
      Engine engine,
      Forward<TextBatch> model,
      AdamW optimizer,
      TrainingConfig config,
      Optional<Tensor> classWeights) {
    this.engine = engine;
    this.model = model;
    this.optimizer = optimizer;
    this.config = config;
    this.classWeights = classWeights;
  }

  /** Moves the parameters, unless loss or gradients are not finite: then they stay. */
  Result run(List<TextBatch> batches) {
    double loss = accumulate(batches);
    if (Double.isFinite(loss) && config.adversarialRadius() > 0) {
      try (Disturbance disturbance =
          Disturbance.along(engine, model.inputVectors(), config.adversarialRadius())) {
        loss = (loss + accumulate(batches)) / 2;
      }
    }
    if (!Double.isFinite(loss)) {
      optimizer.clearGradients();
      return new Result(loss, Double.NaN);
    }
    double limit = config.clipNorm() > 0 ? config.clipNorm() : Double.POSITIVE_INFINITY;
    double norm = engine.clipGradNorm(optimizer.parameters(), limit);
    if (Double.isFinite(norm)) {
      optimizer.step();
    } else {
      optimizer.clearGradients();
    }
    return new Result(loss, norm);
  }

  /** Adds the gradients of all batches' mean loss; stops at a loss that is not finite. */
  private double accumulate(List<TextBatch> batches) {
    double loss = 0;
    for (TextBatch batch : batches) {
      loss += accumulate(batch, batches.size());
      if (!Double.isFinite(loss)) {
        break;
      }
    }
    return loss;
  }

  private double accumulate(TextBatch batch, int parts) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor labels = engine.ofLongs(batch.labels(), batch.documents());
      Tensor logits = model.forward(batch);
      Tensor loss = engine.crossEntropy(logits, labels, classWeights, config.labelSmoothing());
      Tensor share = parts == 1 ? loss : loss.mul(1.0 / parts);
      double value = share.item();
      if (Double.isFinite(value)) {
        share.backward();
      }
      return value;
    }
  }
}
