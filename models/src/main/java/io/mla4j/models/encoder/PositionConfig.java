package io.mla4j.models.encoder;

import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.YarnScaling;
import io.mla4j.tensor.RotaryLayout;
import java.util.Optional;

/**
 * How a model knows the order of tokens.
 *
 * @param ropeTheta base of the rotary frequencies
 * @param yarn scaling of the rotary frequencies
 */
public record PositionConfig(
    Positions positions, double ropeTheta, RotaryLayout ropeLayout, Optional<YarnScaling> yarn) {

  /** Rotary or learned, and what else is usual. */
  public static PositionConfig of(Positions positions) {
    return new PositionConfig(positions, 10_000, RotaryLayout.INTERLEAVED, Optional.empty());
  }

  /** Whether heads rotate. */
  public boolean rotates() {
    return positions == Positions.ROTARY;
  }

  /** The rotation of so many elements a head; empty without one. */
  public Optional<RotaryConfig> rotation(int rotaryDim) {
    return rotates() && rotaryDim > 0
        ? Optional.of(new RotaryConfig(rotaryDim, ropeTheta, ropeLayout, yarn))
        : Optional.empty();
  }
}
