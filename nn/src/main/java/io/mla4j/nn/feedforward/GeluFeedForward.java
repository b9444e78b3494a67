package io.mla4j.nn.feedforward;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.Tensor;

/** {@code W₂ gelu(W₁ x + b₁) + b₂} (arXiv 1706.03762 with arXiv 1606.08415). */
public final class GeluFeedForward extends FeedForward {

  private final Linear up;
  private final Linear down;

  public GeluFeedForward(Initializer initializer, long width, long inner, double outputGain) {
    this.up = child("up_proj", new Linear(initializer, width, inner, true));
    this.down = child("down_proj", new Linear(initializer, inner, width, true, outputGain));
  }

  @Override
  public Tensor forward(Tensor x, LayerPass pass) {
    return forward(x);
  }

  /**
   * Transforms tokens.
   *
   * @param x [..., E]
   * @return the same shape
   */
  public Tensor forward(Tensor x) {
    return down.forward(x.engine().gelu(up.forward(x)));
  }
}
