package io.mla4j.nn.feedforward;

import io.mla4j.nn.Module;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.Tensor;

/** The network each token passes through by itself. A member extends this and has a config. */
public abstract class FeedForward extends Module {

  /**
   * Transforms every token.
   *
   * @param x [B, T, E]
   * @return the same shape
   */
  public abstract Tensor forward(Tensor x, LayerPass pass);
}
