package io.mla4j.nn;

import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;

/** A tensor a module owns and a checkpoint holds. It outlives every scope. */
public final class Parameter {

  private final Tensor value;

  /** Takes the tensor over: it leaves the scopes of this thread. */
  Parameter(Tensor value) {
    this.value = TensorScope.release(value);
  }

  public Tensor value() {
    return value;
  }

  /**
   * Overwrites the elements.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public void set(Tensor source) {
    if (!source.shape().equals(shape())) {
      throw new IllegalArgumentException(
          "A parameter of shape " + shape() + " cannot take a tensor of " + source.shape() + ".");
    }
    value.copyInPlace(source);
  }

  public Shape shape() {
    return value.shape();
  }

  void close() {
    value.close();
  }
}
