package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** Normalization over the last dimension. A member of the family extends this and has a config. */
public abstract class Norm extends Module {

  /**
   * Normalizes.
   *
   * @param x [..., width]
   * @return the same shape
   */
  public abstract Tensor forward(Tensor x);
}
