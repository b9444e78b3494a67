package io.mla4j.models.classifier;

import io.mla4j.data.batch.LongText;
import io.mla4j.nn.FeedForward;
import io.mla4j.nn.Norm;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.YarnScaling;
import io.mla4j.tensor.RotaryLayout;
import java.util.List;
import java.util.Optional;

/**
 * How a text classifier is built.
 *
 * @param vocabSize tokens of the tokenizer; 0 until it is known
 * @param labels the classes by number; empty until they are known
 * @param numClasses their number; 0 until it is known
 * @param hiddenSize E, width of the model
 * @param layers how many transformer layers
 * @param convolutionWidth neighbouring tokens mixed before the layers, odd; 0 for none. Where
 *     examples are few it finds phrases that attention would take long to learn
 * @param intermediateSize inner width of the feed-forward networks
 * @param ropeTheta base of the rotary frequencies
 * @param yarn scaling of the rotary frequencies
 * @param contextTokens the longest piece of text the model reads at once
 * @param longText what happens to longer documents
 * @param maxChunks the most pieces of one document
 * @param dropout after each attention and feed-forward, and before the classes
 * @param embeddingDropout of the elements of token vectors
 * @param embeddingDeviation standard deviation of the token vectors at the start: larger ones are
 *     learnt more slowly, which helps where examples are few
 * @param tokenDropout of whole token vectors (arXiv 1511.01432 calls it word dropout)
 */
public record TextClassifierConfig(
    int vocabSize,
    List<String> labels,
    int numClasses,
    int hiddenSize,
    int layers,
    int convolutionWidth,
    AttentionConfig attention,
    FeedForward.Kind feedForward,
    int intermediateSize,
    Norm.Kind norm,
    double normEpsilon,
    Positions positions,
    double ropeTheta,
    RotaryLayout ropeLayout,
    Optional<YarnScaling> yarn,
    int contextTokens,
    LongText longText,
    int maxChunks,
    Pooling pooling,
    double dropout,
    double embeddingDropout,
    double tokenDropout,
    double embeddingDeviation) {

  public TextClassifierConfig {
    labels = List.copyOf(labels);
    atLeast("vocabSize", vocabSize, 0);
    atLeast("numClasses", numClasses, 0);
    atLeast("hiddenSize", hiddenSize, 1);
    atLeast("layers", layers, 1);
    atLeast("convolutionWidth", convolutionWidth, 0);
    if (convolutionWidth > 0 && convolutionWidth % 2 == 0) {
      throw new IllegalArgumentException(
          "convolutionWidth is odd, or 0 for none, not " + convolutionWidth + ".");
    }
    atLeast("intermediateSize", intermediateSize, 1);
    atLeast("contextTokens", contextTokens, 2);
    atLeast("maxChunks", maxChunks, 1);
    probability("dropout", dropout);
    probability("embeddingDropout", embeddingDropout);
    probability("tokenDropout", tokenDropout);
    if (!(embeddingDeviation > 0)) {
      throw new IllegalArgumentException(
          "embeddingDeviation is above 0, not " + embeddingDeviation + ".");
    }
    if (!labels.isEmpty() && labels.size() != numClasses) {
      throw new IllegalArgumentException(
          "numClasses is " + numClasses + " but there are " + labels.size() + " labels.");
    }
    if (numClasses == 1) {
      throw new IllegalArgumentException("A classifier has 2 classes or more, not 1.");
    }
    attention
        .misfit(hiddenSize)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    if (positions == Positions.LEARNED && attention.resolved(hiddenSize).rotaryDim() > 0) {
      throw new IllegalArgumentException(
          "With learned positions the attention must not be rotary: use dense attention with rotary"
              + " false, or positions rotary.");
    }
  }

  /** A small model with latent attention. */
  public static TextClassifierConfig defaults() {
    return new TextClassifierConfig(
        0,
        List.of(),
        0,
        128,
        2,
        0,
        new MlaConfig(4, 0, 32, 24, 8, 32, 0),
        FeedForward.Kind.SWIGLU,
        256,
        Norm.Kind.RMS,
        1e-6,
        Positions.ROTARY,
        10_000,
        RotaryLayout.INTERLEAVED,
        Optional.empty(),
        256,
        LongText.CHUNK,
        4,
        Pooling.MEAN,
        0.1,
        0.1,
        0,
        0.05);
  }

  /** This configuration with what tokenizer and data say filled in. */
  public TextClassifierConfig resolved(int tokens, List<String> classes) {
    if (vocabSize != 0 && vocabSize < tokens) {
      throw new IllegalArgumentException(
          "The tokenizer has %d tokens but the model's vocabSize is %d; leave vocabSize out."
              .formatted(tokens, vocabSize));
    }
    if (numClasses != 0 && numClasses != classes.size()) {
      throw new IllegalArgumentException(
          "The data has %d classes but the model's numClasses is %d; leave numClasses out."
              .formatted(classes.size(), numClasses));
    }
    return new TextClassifierConfig(
        vocabSize == 0 ? tokens : vocabSize,
        classes,
        classes.size(),
        hiddenSize,
        layers,
        convolutionWidth,
        attention,
        feedForward,
        intermediateSize,
        norm,
        normEpsilon,
        positions,
        ropeTheta,
        ropeLayout,
        yarn,
        contextTokens,
        longText,
        maxChunks,
        pooling,
        dropout,
        embeddingDropout,
        tokenDropout,
        embeddingDeviation);
  }

  /** This configuration with another attention. */
  public TextClassifierConfig withAttention(AttentionConfig other) {
    return new TextClassifierConfig(
        vocabSize,
        labels,
        numClasses,
        hiddenSize,
        layers,
        convolutionWidth,
        other,
        feedForward,
        intermediateSize,
        norm,
        normEpsilon,
        positions,
        ropeTheta,
        ropeLayout,
        yarn,
        contextTokens,
        longText,
        maxChunks,
        pooling,
        dropout,
        embeddingDropout,
        tokenDropout,
        embeddingDeviation);
  }

  /** Dense attention of as many heads over the same width, the baseline this is compared with. */
  public DenseConfig denseBaseline() {
    int heads = attention.heads();
    int headDim = hiddenSize % heads == 0 ? hiddenSize / heads : Math.max(2, hiddenSize / heads);
    return new DenseConfig(
        heads, heads, headDim + headDim % 2, false, positions == Positions.ROTARY, 0);
  }

  Optional<RotaryConfig> rotary() {
    int rotaryDim = attention.resolved(hiddenSize).rotaryDim();
    return positions == Positions.ROTARY && rotaryDim > 0
        ? Optional.of(new RotaryConfig(rotaryDim, ropeTheta, ropeLayout, yarn))
        : Optional.empty();
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value + ".");
    }
  }

  private static void probability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is at least 0 and less than 1, not " + value + ".");
    }
  }
}
