package io.mla4j.nn;

import io.mla4j.tensor.Tensor;
import java.util.Optional;

/** {@code x Wᵀ + b}, with {@code weight} [out, in] and, if wanted, {@code bias} [out]. */
public final class Linear extends Module {

  private final Parameter weight;
  private final Optional<Parameter> bias;

  /**
   * A layer whose weights start with the variance {@code gain² / in}, which keeps the size of what
   * passes through for a gain of 1.
   */
  public Linear(Initializer initializer, long in, long out, boolean bias, double gain) {
    this.weight = parameter("weight", initializer.normal(gain / Math.sqrt(in), out, in));
    this.bias =
        bias ? Optional.of(parameter("bias", initializer.constant(0, out))) : Optional.empty();
  }

  public Linear(Initializer initializer, long in, long out, boolean bias) {
    this(initializer, in, out, bias, 1);
  }

  /**
   * Applies the layer.
   *
   * @param x [..., in]
   * @return [..., out]
   */
  public Tensor forward(Tensor x) {
    return x.engine().linear(x, weight.value(), bias.map(Parameter::value));
  }

  /** [out, in]. */
  public Tensor weight() {
    return weight.value();
  }
}
