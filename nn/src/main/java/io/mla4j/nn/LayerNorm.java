package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** Layer normalization (arXiv 1607.06450), {@code weight} and {@code bias} [width]. */
public final class LayerNorm extends Norm {

  private final Parameter weight;
  private final Parameter bias;
  private final double epsilon;

  public LayerNorm(Initializer initializer, long width, double epsilon) {
    this.weight = parameter("weight", initializer.constant(1, width));
    this.bias = parameter("bias", initializer.constant(0, width));
    this.epsilon = epsilon;
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.engine().layerNorm(x, weight.value(), bias.value(), epsilon);
  }
}
