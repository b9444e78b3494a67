package io.mla4j.nn;

import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;

/**
 * A tensor a module owns and a checkpoint holds. It outlives every scope. A parameter is trained
 * unless it is frozen; a buffer, such as a router's bias, is changed by its module alone.
 */
public final class Parameter implements AutoCloseable {

  private final boolean buffer;
  private Tensor value;

  /** One that is trained; the tensor leaves the scopes of this thread. */
  public static Parameter of(Tensor value) {
    return new Parameter(value, false);
  }

  /** A buffer; the tensor leaves the scopes of this thread. */
  public static Parameter buffer(Tensor value) {
    return new Parameter(value, true);
  }

  private Parameter(Tensor value, boolean buffer) {
    this.value = TensorScope.release(value);
    this.buffer = buffer;
  }

  public Tensor value() {
    return value;
  }

  /** Whether an optimizer moves it. */
  public boolean isTrained() {
    return !buffer && value.requiresGrad();
  }

  public boolean isBuffer() {
    return buffer;
  }

  /** Takes it out of training or puts it back; a buffer and an engine that infers stay as is. */
  public void freeze(boolean frozen) {
    if (!buffer && value.engine().differentiates() && value.dtype().isFloating()) {
      value.requiresGrad(!frozen);
    }
  }

  /**
   * Overwrites the elements.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public void set(Tensor source) {
    requireShape(source);
    value.copyInPlace(source);
  }

  /**
   * Takes another tensor over in place of this one's, which is freed: of another type, say, or one
   * that lies in a mapped file. It is trained if this one was.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public void replace(Tensor other) {
    requireShape(other);
    boolean trained = isTrained();
    value.close();
    value = TensorScope.release(other);
    freeze(!trained);
  }

  private void requireShape(Tensor source) {
    if (!source.shape().equals(shape())) {
      throw new IllegalArgumentException(
          "A parameter of shape " + shape() + " cannot take a tensor of " + source.shape() + ".");
    }
  }

  public Shape shape() {
    return value.shape();
  }

  @Override
  public void close() {
    value.close();
  }
}
