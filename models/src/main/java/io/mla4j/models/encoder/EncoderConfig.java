package io.mla4j.models.encoder;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Norm;
import io.mla4j.nn.NormConfig;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.FeedForwardConfig;
import io.mla4j.nn.feedforward.SwiGluConfig;

/**
 * The layers between the token vectors and the pooling.
 *
 * @param hiddenSize E, width of the model
 * @param layers how many transformer layers; 0 leaves a bag of token vectors
 * @param convolutionWidth neighbouring tokens mixed before the layers, odd; 0 for none. Where
 *     examples are few it finds phrases that attention would take long to learn
 * @param attention its sizes follow from the width where they were left out
 * @param intermediateSize inner width of the feed-forward networks
 * @param normEpsilon added to the variance, above 0
 */
public record EncoderConfig(
    int hiddenSize,
    int layers,
    int convolutionWidth,
    AttentionConfig attention,
    FeedForwardConfig feedForward,
    int intermediateSize,
    NormConfig norm,
    double normEpsilon) {

  public EncoderConfig {
    Bounds.atLeast("hiddenSize", hiddenSize, 1);
    Bounds.atLeast("layers", layers, 0);
    Bounds.atLeast("convolutionWidth", convolutionWidth, 0);
    if (convolutionWidth > 0 && convolutionWidth % 2 == 0) {
      throw new IllegalArgumentException(
          "convolutionWidth is odd, or 0 for none, not " + convolutionWidth + ".");
    }
    Bounds.atLeast("intermediateSize", intermediateSize, 1);
    Bounds.positive("normEpsilon", normEpsilon);
    attention = attention.resolved(hiddenSize);
  }

  /** Two layers with latent attention. */
  public static EncoderConfig defaults() {
    return of(128, 2, new MlaConfig(4, 0, 32, 24, 8, 32, 0));
  }

  /** Layers of the usual kind; the feed-forward networks are twice as wide as the model. */
  public static EncoderConfig of(int hiddenSize, int layers, AttentionConfig attention) {
    return new EncoderConfig(
        hiddenSize,
        layers,
        0,
        attention,
        new SwiGluConfig(),
        Math.multiplyExact(2, hiddenSize),
        new NormConfig.Rms(),
        1e-6);
  }

  /** These layers with another attention. */
  public EncoderConfig withAttention(AttentionConfig other) {
    return new EncoderConfig(
        hiddenSize,
        layers,
        convolutionWidth,
        other,
        feedForward,
        intermediateSize,
        norm,
        normEpsilon);
  }

  /** Token vectors alone. */
  public EncoderConfig withoutLayers() {
    return new EncoderConfig(
        hiddenSize, 0, 0, attention, feedForward, intermediateSize, norm, normEpsilon);
  }

  Norm createNorm(Initializer initializer) {
    return norm.create(initializer, hiddenSize, normEpsilon);
  }

  /** Dense attention of as many heads over the same width. */
  public DenseConfig denseAttention(boolean rotary) {
    int heads = attention.heads();
    int headDim = hiddenSize % heads == 0 ? hiddenSize / heads : Math.max(2, hiddenSize / heads);
    return new DenseConfig(heads, heads, headDim + headDim % 2, false, rotary, 0);
  }
}
