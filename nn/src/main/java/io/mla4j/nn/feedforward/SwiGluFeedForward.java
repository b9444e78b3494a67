package io.mla4j.nn.feedforward;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Weight;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.Tensor;

/** {@code W_down (silu(W_gate x) ⊙ W_up x)} (arXiv 2002.05202). */
public final class SwiGluFeedForward extends FeedForward {

  private final Linear gate;
  private final Linear up;
  private final Linear down;
  private final boolean bias;

  public SwiGluFeedForward(
      Initializer initializer, long width, long inner, boolean bias, double outputGain) {
    this.gate = child("gate_proj", new Linear(initializer, width, inner, bias));
    this.up = child("up_proj", new Linear(initializer, width, inner, bias));
    this.down = child("down_proj", new Linear(initializer, inner, width, bias, outputGain));
    this.bias = bias;
  }

  Weight gate() {
    return gate.weight();
  }

  Weight up() {
    return up.weight();
  }

  Weight down() {
    return down.weight();
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
    Tensor inner =
        bias
            ? x.engine().silu(gate.forward(x)).mul(up.forward(x))
            : gate.weight().multiplyGated(x, up.weight());
    return down.forward(inner);
  }
}
