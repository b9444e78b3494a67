package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** Root-mean-square normalization (arXiv 1910.07467), {@code weight} [width]. */
public final class RmsNorm extends Norm {

  private final Parameter weight;
  private final double epsilon;

  public RmsNorm(Initializer initializer, long width, double epsilon) {
    this.weight = parameter("weight", initializer.constant(1, width));
    this.epsilon = epsilon;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.engine().rmsNorm(x, weight.value(), epsilon);
  }
}
