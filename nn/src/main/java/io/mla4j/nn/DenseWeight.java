package io.mla4j.nn;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** All elements in one floating type, trained or not. */
public final class DenseWeight implements Weight {

  /** The name of its one tensor. */
  public static final String NAME = "weight";

  private final Parameter parameter;

  public DenseWeight(Parameter parameter) {
    if (parameter.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "A weight has the shape [out, in], not " + parameter.shape() + ".");
    }
    this.parameter = parameter;
  }

  @Override
  public Shape shape() {
    return parameter.shape();
  }

  @Override
  public Tensor multiply(Tensor x, Optional<Tensor> bias) {
    return x.engine().linear(x, parameter.value(), bias);
  }

  @Override
  public Tensor multiplyGated(Tensor x, Weight up) {
    return up instanceof DenseWeight
        ? x.engine().swiGlu(x, parameter.value(), ((DenseWeight) up).parameter.value())
        : Weight.super.multiplyGated(x, up);
  }

  @Override
  public Weight rows(long first, long count) {
    return new DenseRows(parameter.value(), first, count);
  }

  @Override
  public Tensor dense(DType type) {
    return parameter.value().cast(type);
  }

  @Override
  public Tensor operand(DType activations) {
    return parameter.value();
  }

  @Override
  public void prepare() {
    parameter.value().engine().prepareLinear(parameter.value());
  }

  @Override
  public Map<String, Parameter> parameters() {
    return Map.of(NAME, parameter);
  }

  /** Some rows of a dense weight, which stays the owner of the numbers. */
  private record DenseRows(Tensor whole, long first, long count) implements Weight {

    private Tensor part() {
      return whole.narrow(0, first, count);
    }

    @Override
    public Shape shape() {
      return whole.shape().with(0, count);
    }

    @Override
    public Tensor multiply(Tensor x, Optional<Tensor> bias) {
      return x.engine().linear(x, part(), bias);
    }

    @Override
    public Weight rows(long from, long some) {
      return new DenseRows(whole, first + from, some);
    }

    @Override
    public Tensor dense(DType type) {
      return part().cast(type);
    }

    @Override
    public Map<String, Parameter> parameters() {
      return Map.of();
    }
  }
}
