package io.mla4j.models.classifier;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.tensor.DType;
import java.util.List;
import java.util.Optional;

/**
 * How a text classifier is built. In files the settings of all parts stand side by side.
 *
 * @param pooling how the vectors of a document's tokens become one
 */
public record TextClassifierConfig(
    @JsonUnwrapped Task task,
    @JsonUnwrapped EncoderConfig encoder,
    @JsonUnwrapped PositionConfig position,
    @JsonUnwrapped Window window,
    Pooling pooling,
    @JsonUnwrapped Regularization regularization) {

  public TextClassifierConfig {
    if (!position.isRotary() && encoder.attention().rotaryDim() > 0) {
      throw new IllegalArgumentException(
          "With learned positions the attention must not be rotary: use dense attention with rotary"
              + " false, or positions rotary.");
    }
  }

  /** A small model with latent attention. */
  public static TextClassifierConfig defaults() {
    return new TextClassifierConfig(
        Task.OPEN,
        EncoderConfig.defaults(),
        PositionConfig.of(Positions.ROTARY),
        Window.defaults(),
        Pooling.MEAN,
        Regularization.defaults());
  }

  /** This configuration with what tokenizer and data say filled in. */
  public TextClassifierConfig resolved(int tokens, List<String> classes) {
    return with(task.resolved(tokens, classes), encoder, window);
  }

  /** This configuration with another attention. */
  public TextClassifierConfig withAttention(AttentionConfig other) {
    return with(task, encoder.withAttention(other), window);
  }

  TextClassifierConfig with(Task otherTask, EncoderConfig otherEncoder, Window otherWindow) {
    return new TextClassifierConfig(
        otherTask, otherEncoder, position, otherWindow, pooling, regularization);
  }

  /** This model with dense attention of as many heads, the baseline it is compared with. */
  public TextClassifierConfig denseBaseline() {
    return withAttention(encoder.denseAttention(position.isRotary()));
  }

  /** Bytes a token adds to the caches of all layers. */
  public long cacheBytesPerToken(DType dtype) {
    return encoder.layers() * encoder.attention().cacheBytesPerToken(dtype);
  }

  Optional<RotaryConfig> rotary() {
    return position.rotation(encoder.attention().rotaryDim());
  }
}
