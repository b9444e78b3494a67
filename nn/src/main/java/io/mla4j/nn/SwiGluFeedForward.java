package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** {@code W_down (silu(W_gate x) ⊙ W_up x)} (arXiv 2002.05202). */
public final class SwiGluFeedForward extends FeedForward {

  private final Linear gate;
  private final Linear up;
  private final Linear down;

  public SwiGluFeedForward(Initializer initializer, long width, long inner, double outputGain) {
    this.gate = child("gate_proj", new Linear(initializer, width, inner, false));
    this.up = child("up_proj", new Linear(initializer, width, inner, false));
    this.down = child("down_proj", new Linear(initializer, inner, width, false, outputGain));
  }

  @Override
  public Tensor forward(Tensor x) {
    return down.forward(x.engine().swiGlu(x, gate.weight(), up.weight()));
  }
}
