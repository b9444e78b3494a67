package io.mla4j.nn;

import io.mla4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code x Wᵀ + b}, with a weight [out, in] and, if wanted, {@code bias} [out]. */
public final class Linear extends Module {

  private static final String BIAS = "bias";

  private Weight weight;
  private final Optional<Parameter> bias;

  /** A layer whose weights start as {@link Initializer#matrix} says. */
  public Linear(Initializer initializer, long in, long out, boolean bias, double gain) {
    this.weight = new DenseWeight(parameter(DenseWeight.NAME, initializer.matrix(gain, out, in)));
    this.bias =
        bias ? Optional.of(parameter(BIAS, initializer.constant(0, out))) : Optional.empty();
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
    return weight.multiply(x, bias.map(Parameter::value));
  }

  public Weight weight() {
    return weight;
  }

  /**
   * Takes a weight of another form over; the one before is closed.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public void replaceWeight(Weight other) {
    if (!other.shape().equals(weight.shape())) {
      throw new IllegalArgumentException(
          "A layer of %s cannot take a weight of %s.".formatted(weight.shape(), other.shape()));
    }
    weight.parameters().values().forEach(Parameter::close);
    Map<String, Parameter> parameters = new LinkedHashMap<>(other.parameters());
    bias.ifPresent(b -> parameters.put(BIAS, b));
    setParameters(parameters);
    weight = other;
  }
}
