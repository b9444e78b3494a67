package io.mla4j.models.encoder;

import io.mla4j.nn.rotary.RotaryConfig;
import java.util.Optional;

/**
 * How a text encoder is built.
 *
 * @param vocabSize V, rows of the table of token vectors
 * @param pooling how the vectors of a document's tokens become one
 */
public record TextEncoderConfig(
    int vocabSize,
    EncoderConfig encoder,
    PositionConfig position,
    Window window,
    Pooling pooling,
    Regularization regularization) {

  public TextEncoderConfig {
    Bounds.atLeast("vocabSize", vocabSize, 1);
    requirePossible(encoder, position);
  }

  /**
   * Requires that attention and positions go together.
   *
   * @throws IllegalArgumentException if heads are to rotate although positions are learned
   */
  public static void requirePossible(EncoderConfig encoder, PositionConfig position) {
    if (!position.rotates() && encoder.attention().rotaryDim() > 0) {
      throw new IllegalArgumentException(
          "With learned positions the attention must not be rotary: use dense attention with rotary"
              + " false, or positions rotary.");
    }
  }

  Optional<RotaryConfig> rotary() {
    return position.rotation(encoder.attention().rotaryDim());
  }
}
