package io.mla4j.models.pair;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Pooling;
import io.mla4j.models.encoder.PositionConfig;
import io.mla4j.models.encoder.Positions;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.models.encoder.TextEncoderConfig;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.attention.AttentionConfig;

/**
 * How a pair regressor is built. In files the settings of all parts stand side by side.
 *
 * @param pooling how the vectors of a text's tokens become one
 */
public record PairRegressorConfig(
    @JsonUnwrapped PairHead head,
    @JsonUnwrapped EncoderConfig encoder,
    @JsonUnwrapped PositionConfig position,
    @JsonUnwrapped Window window,
    Pooling pooling,
    @JsonUnwrapped Regularization regularization) {

  public PairRegressorConfig {
    TextEncoderConfig.requirePossible(encoder, position);
  }

  /** A small model with latent attention. */
  public static PairRegressorConfig defaults() {
    return new PairRegressorConfig(
        PairHead.defaults(),
        EncoderConfig.defaults(),
        PositionConfig.of(Positions.ROTARY),
        Window.defaults(),
        Pooling.MEAN,
        Regularization.defaults());
  }

  /**
   * This configuration with what tokenizer and data say filled in.
   *
   * @param tokens of the tokenizer
   * @param targets the numbers to learn to say, of which two or more differ
   * @throws IllegalArgumentException if the model has room for fewer tokens, or all numbers are the
   *     same
   */
  public PairRegressorConfig resolved(int tokens, double[] targets) {
    if (head.vocabSize() != 0 && head.vocabSize() < tokens) {
      throw new IllegalArgumentException(
          "The tokenizer has %d tokens but the model's vocabSize is %d; leave vocabSize out."
              .formatted(tokens, head.vocabSize()));
    }
    double mean = java.util.Arrays.stream(targets).average().orElse(0);
    double variance =
        java.util.Arrays.stream(targets).map(t -> (t - mean) * (t - mean)).average().orElse(0);
    if (!(variance > 0)) {
      throw new IllegalArgumentException(
          "The training data's numbers are all the same; there is nothing to learn from them.");
    }
    int vocabSize = head.vocabSize() == 0 ? tokens : head.vocabSize();
    return with(
        new PairHead(vocabSize, mean, Math.sqrt(variance), head.comparison()), encoder, pooling);
  }

  private PairRegressorConfig with(
      PairHead otherHead, EncoderConfig otherEncoder, Pooling otherPooling) {
    return new PairRegressorConfig(
        otherHead, otherEncoder, position, window, otherPooling, regularization);
  }

  /** This model with another attention. */
  public PairRegressorConfig withAttention(AttentionConfig other) {
    return with(head, encoder.withAttention(other), pooling);
  }

  /**
   * The model this one is compared with: the mean of as wide token vectors of its own, without
   * layers, and the cosine of two such means.
   */
  public PairRegressorConfig bagOfVectors() {
    PairHead cosine =
        new PairHead(
            head.vocabSize(), head.targetMean(), head.targetDeviation(), Comparison.COSINE);
    // What holds the layers back would only blur the means whose cosine is all there is.
    Regularization ofVectors =
        new Regularization(
            0,
            regularization.embeddingDropout(),
            regularization.tokenDropout(),
            regularization.embeddingDeviation());
    return new PairRegressorConfig(
        cosine, encoder.withoutLayers(), position, window, Pooling.MEAN, ofVectors);
  }

  TextEncoderConfig textEncoder() {
    return new TextEncoderConfig(
        head.vocabSize(), encoder, position, window, pooling, regularization);
  }
}
