package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** Normalization over the last dimension. */
public abstract sealed class Norm extends Module permits RmsNorm, LayerNorm {

  /** The kinds, for configurations. */
  public enum Kind {
    RMS,
    LAYER;

    public Norm create(Initializer initializer, long width, double epsilon) {
      return switch (this) {
        case RMS -> new RmsNorm(initializer, width, epsilon);
        case LAYER -> new LayerNorm(initializer, width, epsilon);
      };
    }
  }

  /**
   * Normalizes.
   *
   * @param x [..., width]
   * @return the same shape
   */
  public abstract Tensor forward(Tensor x);
}
