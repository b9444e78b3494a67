package io.mla4j.training.objective;

import io.mla4j.data.batch.Batch;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What a model is trained for, and how well it does it. An objective is made for one model and
 * knows how to run it.
 *
 * @param <B> a batch
 */
public interface Objective<B extends Batch> {

  /**
   * How many things of a batch the loss is over, told without a forward pass: documents, or the sum
   * of their weights, or predicted tokens. A batch that has none is left out of its step.
   *
   * @return 0 or more
   */
  double count(B batch);

  /**
   * Runs the model on a batch, in whatever mode it is in.
   *
   * @return a loss over {@link #count} things
   */
  Loss loss(B batch);

  /**
   * Measures the model with dropout off, and leaves its mode as it was.
   *
   * @param progress told how many examples are done; what it throws ends the evaluation
   */
  Evaluation evaluate(BatchSource<B> data, LongConsumer progress);

  /** The figures of an evaluation that can tell the best model, the usual one first. */
  List<Monitor> monitors();

  /** The tables of vectors that inputs are made of, which adversarial training disturbs. */
  default List<Tensor> inputVectors() {
    return List.of();
  }
}
