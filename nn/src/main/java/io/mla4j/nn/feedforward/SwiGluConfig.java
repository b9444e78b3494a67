package io.mla4j.nn.feedforward;

import io.mla4j.nn.Initializer;

/** A gated network without biases; see {@link SwiGluFeedForward}. */
public record SwiGluConfig() implements FeedForwardConfig {

  @Override
  public FeedForward create(Initializer initializer, int width, int inner, double outputGain) {
    return new SwiGluFeedForward(initializer, width, inner, false, outputGain);
  }
}
