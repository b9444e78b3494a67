package io.mla4j.training.optimizer;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Moves parameters along their gradients. */
public interface Optimizer extends AutoCloseable {

  /** The parameters it moves, one or more. */
  List<Tensor> parameters();

  /** The engine the parameters are on. */
  default Engine engine() {
    return parameters().get(0).engine();
  }

  /** Moves every parameter that has a gradient and forgets the gradients. */
  void step();

  /** Forgets the gradients of every parameter. */
  default void clearGradients() {
    parameters().forEach(Tensor::clearGrad);
  }

  /** What decides its steps beside the gradients, for the record of a run. */
  Record settings();

  /** The highest learning rate, which a schedule scales. */
  double peakLearningRate();

  double learningRate();

  /** The rate of the steps that follow; a schedule calls this. */
  void learningRate(double rate);

  /** What it remembers of earlier steps by name, for checkpoints; the names never change. */
  Map<String, Tensor> state();

  /** How many steps were made; a checkpoint needs it beside the state. */
  long steps();

  /** Sets how many steps were made, after the state was read from a checkpoint. */
  void resumeAt(long stepsMade);

  /** Frees the state. */
  @Override
  void close();
}
