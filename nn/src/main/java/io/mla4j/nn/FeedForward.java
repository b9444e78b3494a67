package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** The two-layer network each token passes through by itself. */
public abstract sealed class FeedForward extends Module permits GeluFeedForward, SwiGluFeedForward {

  /** The kinds, for configurations. */
  public enum Kind {
    GELU,
    SWIGLU;

    public FeedForward create(Initializer initializer, long width, long inner, double outputGain) {
      return switch (this) {
        case GELU -> new GeluFeedForward(initializer, width, inner, outputGain);
        case SWIGLU -> new SwiGluFeedForward(initializer, width, inner, outputGain);
      };
    }
  }

  /**
   * Transforms every token.
   *
   * @param x [..., width]
   * @return the same shape
   */
  public abstract Tensor forward(Tensor x);
}
