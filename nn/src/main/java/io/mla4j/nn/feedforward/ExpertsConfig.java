package io.mla4j.nn.feedforward;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.nn.Initializer;

/**
 * A mixture of experts; see {@link MixtureOfExperts}.
 *
 * @param router how tokens choose
 * @param intermediateSize inner width of one expert
 * @param shared experts that every token passes through, joined to one network
 */
public record ExpertsConfig(@JsonUnwrapped RouterConfig router, int intermediateSize, int shared)
    implements FeedForwardConfig {

  public ExpertsConfig {
    if (intermediateSize < 1 || shared < 0) {
      throw new IllegalArgumentException(
          "Experts have an intermediateSize of 1 or more, and 0 or more of them are shared, not %d"
                  .formatted(intermediateSize)
              + " and "
              + shared
              + ".");
    }
  }

  @Override
  public FeedForward create(Initializer initializer, int width, int inner, double outputGain) {
    return new MixtureOfExperts(initializer, width, this, outputGain);
  }
}
