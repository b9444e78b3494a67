package io.mla4j.nn.feedforward;

import io.mla4j.nn.Initializer;

/** Two projections with GELU between; see {@link GeluFeedForward}. */
public record GeluConfig() implements FeedForwardConfig {

  @Override
  public FeedForward create(Initializer initializer, int width, int inner, double outputGain) {
    return new GeluFeedForward(initializer, width, inner, outputGain);
  }
}
