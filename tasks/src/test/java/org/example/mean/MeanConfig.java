package org.example.mean;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.Attention;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.rotary.RotaryConfig;
import java.util.Optional;

/**
 * Every token reads the mean of those it sees.
 *
 * @param heads that say nothing here, but comparisons ask for them
 * @param valueDim width of what is averaged
 */
public record MeanConfig(int heads, int valueDim) implements AttentionConfig {

  @Override
  public MeanConfig resolved(int width) {
    return this;
  }

  @Override
  public int rotaryDim() {
    return 0;
  }

  @Override
  public long cacheValuesPerToken() {
    return valueDim;
  }

  @Override
  public Attention create(
      Initializer initializer, int width, Optional<RotaryConfig> rotary, double outputGain) {
    return new MeanAttention(initializer, width, this, outputGain);
  }

  @Override
  public Optional<String> misfit(int width) {
    return Optional.empty();
  }
}
