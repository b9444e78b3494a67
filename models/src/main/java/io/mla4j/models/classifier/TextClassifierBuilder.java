package io.mla4j.models.classifier;

import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
  private Optional<DocumentSource> data = Optional.empty();
  private Optional<AttentionConfig> attention = Optional.empty();

  TextClassifierBuilder() {}

  /**
   * Takes from the data the names of the classes, how long texts are read and, where they were not
   * given, the sizes of classes and vocabulary.
   */
  public TextClassifierBuilder data(DocumentSource source) {
    data = Optional.of(source);
    return this;
  }

  /** Rows of the token table, at least as many as the tokenizer has tokens. */
  public TextClassifierBuilder vocabSize(int tokens) {
    vocabSize = tokens;
    return this;
  }

  /** How many classes; without {@link #data} their names are their numbers. */
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

  /** The longest piece of text read at once; {@link #data} says it otherwise. */
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

  /** The model on a torch engine of its own, which is closed with it, ready to train. */
  public TextClassifier build() {
    return buildOwning(() -> Engines.start("torch"));
  }

  /** The model on an engine, which stays the caller's to close. */
  public TextClassifier build(Engine engine) {
    return new TextClassifier(config(), Initializer.random(engine, seed));
  }

  /** The model on an engine that is started for it alone. */
  TextClassifier buildOwning(Supplier<Engine> start) {
    TextClassifierConfig config = config();
    Engine engine = start.get();
    try {
      return new TextClassifier(config, Initializer.random(engine, seed), Optional.of(engine));
    } catch (RuntimeException | Error failure) {
      engine.close();
      throw failure;
    }
  }

  private TextClassifierConfig config() {
    TextClassifierConfig usual = TextClassifierConfig.defaults();
    return usual.with(
        data.map(this::task).orElseGet(this::numbered),
        EncoderConfig.of(hiddenSize, layers, attention.orElseGet(this::latentAttention)),
        data.map(TextClassifierBuilder::window)
            .orElseGet(() -> usual.window().withContextTokens(contextTokens)));
  }

  private Task task(DocumentSource source) {
    return new Task(vocabSize, List.of(), numClasses)
        .resolved(source.tokenizer().vocabularySize(), source.labels().names());
  }

  private Task numbered() {
    if (numClasses < 2) {
      throw new IllegalArgumentException(
          "A classifier has 2 classes or more, not " + numClasses + "; call data or numClasses.");
    }
    return Task.of(vocabSize, IntStream.range(0, numClasses).mapToObj(Integer::toString).toList());
  }

  /** What is trained must be used alike: a window that the model's folder cannot say is refused. */
  private static Window window(DocumentSource source) {
    ContextWindow given = source.window();
    Window window = Window.of(given);
    if (!window.over(source.tokenizer()).clsId().equals(given.clsId())) {
      throw new IllegalArgumentException(
          "The data's chunks must start with the tokenizer's class token if it has one, and with no"
              + " other: build its window with withClassTokenOf.");
    }
    return window;
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
