package io.mla4j.training;

import io.mla4j.data.batch.Batch;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.ClipGradients;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Objective;
import io.mla4j.training.optimizer.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One optimizer step over one batch or several. Their gradients are added so that every counted
 * thing, such as a token, weighs the same, in whichever of the batches it is.
 *
 * @param <B> a batch
 */
final class TrainingStep<B extends Batch> {

  /**
   * What a step found.
   *
   * @param loss mean over all that was counted, auxiliary losses included
   * @param gradientNorm before clipping; NaN if the loss already was not finite
   * @param figures auxiliary losses and what else the forward pass told
   */
  record Result(double loss, double gradientNorm, Map<String, Double> figures) {

    boolean finite() {
      return Double.isFinite(loss) && Double.isFinite(gradientNorm);
    }
  }

  private final Engine engine;
  private final Objective<B> objective;
  private final Optimizer optimizer;
  private final StepConfig config;

  TrainingStep(Engine engine, Objective<B> objective, Optimizer optimizer, StepConfig config) {
    this.engine = engine;
    this.objective = objective;
    this.optimizer = optimizer;
    this.config = config;
  }

  /** Moves the parameters, unless loss or gradients are not finite: then they stay. */
  Result run(List<B> batches) {
    Map<String, Double> figures = new LinkedHashMap<>();
    // Two looks at the same batches count as one: half of the loss and of the gradients each.
    double part = config.adversarialRadius() > 0 ? 0.5 : 1;
    double loss = accumulate(batches, part, figures);
    if (Double.isFinite(loss) && config.adversarialRadius() > 0) {
      try (Disturbance disturbance =
          Disturbance.along(engine, objective.inputVectors(), config.adversarialRadius())) {
        loss += accumulate(batches, part, figures);
      }
    }
    if (!Double.isFinite(loss)) {
      optimizer.clearGradients();
      return new Result(loss, Double.NaN, figures);
    }
    double limit = config.clipNorm() > 0 ? config.clipNorm() : Double.POSITIVE_INFINITY;
    double norm = engine.run(new ClipGradients(optimizer.parameters(), limit));
    if (Double.isFinite(norm)) {
      optimizer.step();
    } else {
      optimizer.clearGradients();
    }
    return new Result(loss, norm, figures);
  }

  /**
   * Adds the gradients of all batches' loss; stops at a loss that is not finite.
   *
   * @param part of the step that this look at the batches is
   * @return that part of the loss
   */
  double accumulate(List<B> batches, double part, Map<String, Double> figures) {
    double total = batches.stream().mapToDouble(objective::count).sum();
    if (!(total > 0)) {
      throw new TrainingException(
          "There is nothing to learn in the step of training examples %s; leave them out."
              .formatted(ExampleList.of(batches)));
    }
    double loss = 0;
    for (B batch : batches) {
      double count = objective.count(batch);
      if (count > 0) {
        loss += accumulate(batch, part * (count / total), figures);
      }
      if (!Double.isFinite(loss)) {
        break;
      }
    }
    return loss;
  }

  /**
   * Adds a batch's gradients.
   *
   * @param share its part of all that the step counts; 1 leaves the loss as it is, to the bit
   */
  private double accumulate(B batch, double share, Map<String, Double> figures) {
    try (TensorScope scope = TensorScope.open()) {
      Loss loss = objective.loss(batch);
      Tensor whole = loss.mean();
      for (Map.Entry<String, Tensor> auxiliary : loss.auxiliary().entrySet()) {
        whole = whole.add(auxiliary.getValue());
        add(figures, auxiliary.getKey(), share * auxiliary.getValue().item());
      }
      loss.figures().forEach((name, value) -> add(figures, name, share * value));
      Tensor part = share == 1 ? whole : whole.mul(share);
      double value = part.item();
      if (Double.isFinite(value)) {
        part.backward();
      }
      return value;
    }
  }

  private static void add(Map<String, Double> figures, String name, double value) {
    figures.merge(name, value, Double::sum);
  }
}
