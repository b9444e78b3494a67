package io.mla4j.models.classifier;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Pooling;
import io.mla4j.models.encoder.PositionConfig;
import io.mla4j.models.encoder.Positions;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.models.encoder.TextEncoderConfig;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.tensor.DType;
import java.util.List;

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
    TextEncoderConfig.requirePossible(encoder, position);
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
    return withAttention(encoder.denseAttention(position.rotates()));
  }

  /** Bytes a token adds to the caches of all layers. */
  public long cacheBytesPerToken(DType dtype) {
    return encoder.layers() * encoder.attention().cacheBytesPerToken(dtype);
  }

  /** How the encoder below the classes is built. */
  TextEncoderConfig textEncoder() {
    return new TextEncoderConfig(
        task.vocabSize(), encoder, position, window, pooling, regularization);
  }
}
