package io.mla4j.models.classifier;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Builds a classifier from a few numbers; everything else follows from the width or is as in {@link
 * TextClassifierConfig#defaults()}.
 */
public final class TextClassifierBuilder {

  private int vocabSize;
  private int numClasses;
  private int layers = 2;
  private int hiddenSize = 128;
  private int heads = 4;
  private int contextTokens = 256;
  private long seed = 42;
  private Optional<AttentionConfig> attention = Optional.empty();

  TextClassifierBuilder() {}

  public TextClassifierBuilder vocabSize(int tokens) {
    vocabSize = tokens;
    return this;
  }

  public TextClassifierBuilder numClasses(int classes) {
    numClasses = classes;
    return this;
  }

  public TextClassifierBuilder layers(int count) {
    layers = count;
    return this;
  }

  public TextClassifierBuilder hiddenSize(int width) {
    hiddenSize = width;
    return this;
  }

  public TextClassifierBuilder heads(int count) {
    heads = count;
    return this;
  }

  public TextClassifierBuilder contextTokens(int tokens) {
    contextTokens = tokens;
    return this;
  }

  /** Another attention than latent attention sized from width and heads. */
  public TextClassifierBuilder attention(AttentionConfig config) {
    attention = Optional.of(config);
    return this;
  }

  /** Of the first values of the parameters. */
  public TextClassifierBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** The model on the torch engine, ready to train. */
  public TextClassifier build() {
    return build(Engines.start("torch"));
  }

  public TextClassifier build(Engine engine) {
    return new TextClassifier(config(), Initializer.random(engine, seed));
  }

  private TextClassifierConfig config() {
    if (numClasses < 2) {
      throw new IllegalArgumentException(
          "A classifier has 2 classes or more, not " + numClasses + "; call numClasses.");
    }
    TextClassifierConfig usual = TextClassifierConfig.defaults();
    return usual.with(
        Task.of(vocabSize, IntStream.range(0, numClasses).mapToObj(Integer::toString).toList()),
        EncoderConfig.of(hiddenSize, layers, attention.orElseGet(this::latentAttention)),
        usual.window().withContextTokens(contextTokens));
  }

  /** A quarter of each head rotates, and the latent is a quarter of the width. */
  private MlaConfig latentAttention() {
    if (heads < 1 || hiddenSize % (8 * heads) != 0) {
      throw new IllegalArgumentException(
          "hiddenSize must be a multiple of 8 times heads, but is %d with %d heads."
              .formatted(hiddenSize, heads));
    }
    int headDim = hiddenSize / heads;
    int rope = headDim / 4;
    return new MlaConfig(heads, 0, Math.max(1, hiddenSize / 4), headDim - rope, rope, headDim, 0);
  }
}
