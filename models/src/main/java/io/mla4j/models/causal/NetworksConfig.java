package io.mla4j.models.causal;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.feedforward.ExpertsConfig;
import io.mla4j.nn.feedforward.FeedForward;
import io.mla4j.nn.feedforward.MixtureOfExperts;
import io.mla4j.nn.feedforward.SwiGluFeedForward;
import java.util.Optional;

/**
 * The feed-forward networks of a language model.
 *
 * @param intermediateSize inner width of the dense networks
 * @param networkBias whether their projections add a bias
 * @param experts what stands in their place from layer {@code denseLayers} on
 * @param denseLayers the first layers, which have dense networks although there are experts
 */
public record NetworksConfig(
    int intermediateSize, boolean networkBias, Optional<ExpertsConfig> experts, int denseLayers) {

  public NetworksConfig {
    if (intermediateSize < 1 || denseLayers < 0) {
      throw new IllegalArgumentException(
          "intermediateSize is 1 or more and denseLayers 0 or more, not %d and %d."
              .formatted(intermediateSize, denseLayers));
    }
  }

  /** Dense networks without biases. */
  public static NetworksConfig dense(int intermediateSize) {
    return new NetworksConfig(intermediateSize, false, Optional.empty(), 0);
  }

  /** The network of a layer. */
  FeedForward create(Initializer initializer, int width, int layer, double outputGain) {
    if (experts.isPresent() && layer >= denseLayers) {
      return new MixtureOfExperts(initializer, width, experts.get(), outputGain);
    }
    return new SwiGluFeedForward(initializer, width, intermediateSize, networkBias, outputGain);
  }
}
