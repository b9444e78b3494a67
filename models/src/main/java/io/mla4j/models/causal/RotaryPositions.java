package io.mla4j.models.causal;

import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryScaling;
import io.mla4j.tensor.RotaryLayout;
import java.util.Optional;

/**
 * How heads rotate with the position.
 *
 * @param ropeTheta base of the frequencies
 * @param ropeLayout which elements of a head turn together
 * @param ropeScaling of the frequencies, to longer contexts
 * @param maxPositions tokens of the longest context the model is made for
 */
public record RotaryPositions(
    double ropeTheta,
    RotaryLayout ropeLayout,
    Optional<RotaryScaling> ropeScaling,
    int maxPositions) {

  public RotaryPositions {
    if (maxPositions < 1) {
      throw new IllegalArgumentException("maxPositions is 1 or more, not " + maxPositions + ".");
    }
  }

  static RotaryPositions defaults() {
    return new RotaryPositions(10_000, RotaryLayout.INTERLEAVED, Optional.empty(), 2048);
  }

  Optional<RotaryConfig> rotation(int rotaryDim) {
    return rotaryDim > 0
        ? Optional.of(new RotaryConfig(rotaryDim, ropeTheta, ropeLayout, ropeScaling))
        : Optional.empty();
  }
}
