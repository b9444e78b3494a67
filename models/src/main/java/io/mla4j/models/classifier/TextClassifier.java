package io.mla4j.models.classifier;

import io.mla4j.checkpoint.Described;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Dropout;
import io.mla4j.nn.Embedding;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Module;
import io.mla4j.nn.Norm;
import io.mla4j.nn.ShortConvolution;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.rotary.RotaryTables;
import io.mla4j.nn.rotary.TokenPositions;
import io.mla4j.nn.transformer.TransformerLayer;
import io.mla4j.nn.transformer.TransformerStack;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A transformer encoder that says which class a document belongs to: token vectors, transformer
 * layers with any attention of the family, pooling, one linear layer. Documents in several chunks
 * are pooled over all of them.
 */
public final class TextClassifier extends Module implements Forward<TextBatch>, Described {

  private static final double FIRST_OUTPUT_GAIN = 0.1;

  private final TextClassifierConfig config;
  private final Engine engine;
  private final Optional<Engine> started;
  private final Embedding tokens;
  private final Optional<Embedding> positions;
  private final RotaryTables rotary;
  private final Optional<ShortConvolution> convolution;
  private final TransformerStack layers;
  private final Norm norm;
  private final Dropout tokenDropout;
  private final Dropout embeddingDropout;
  private final Dropout dropout;
  private final Pooler pooler;
  private final Linear score;

  /**
   * Makes the model.
   *
   * @throws IllegalArgumentException if the vocabulary or the classes are not known yet
   */
  public TextClassifier(TextClassifierConfig config, Initializer initializer) {
    this(config, initializer, Optional.empty());
  }

  /**
   * Makes the model.
   *
   * @param started the engine, if it was started for this model alone and ends with it
   */
  TextClassifier(TextClassifierConfig config, Initializer initializer, Optional<Engine> started) {
    if (!config.task().isKnown()) {
      throw new IllegalArgumentException(
          "A text classifier needs vocabSize and numClasses; give them or resolve the config.");
    }
    this.config = config;
    this.engine = initializer.engine();
    this.started = started;
    EncoderConfig encoder = config.encoder();
    Regularization regularization = config.regularization();
    int width = encoder.hiddenSize();
    this.tokens = child("embed_tokens", vectors(initializer, config.task().vocabSize()));
    this.positions =
        config.position().isRotary()
            ? Optional.empty()
            : Optional.of(
                child("embed_positions", vectors(initializer, config.window().contextTokens())));
    this.rotary = new RotaryTables(engine, initializer.dtype());
    this.convolution =
        encoder.convolutionWidth() > 0
            ? Optional.of(
                child(
                    "convolution",
                    new ShortConvolution(initializer, width, encoder.convolutionWidth())))
            : Optional.empty();
    this.layers =
        child(
            "layers",
            new TransformerStack(
                IntStream.range(0, encoder.layers()).mapToObj(i -> layer(initializer)).toList()));
    this.norm = child("norm", encoder.createNorm(initializer));
    this.tokenDropout = child("token_dropout", new Dropout(regularization.tokenDropout()));
    this.embeddingDropout = child("embed_dropout", new Dropout(regularization.embeddingDropout()));
    this.dropout = child("dropout", new Dropout(regularization.dropout()));
    this.pooler = child("pooler", new Pooler(initializer, config.pooling(), width));
    this.score = child("score", new Linear(initializer, width, config.task().numClasses(), true));
  }

  /** A model in a few lines; see {@link TextClassifierBuilder}. */
  public static TextClassifierBuilder builder() {
    return new TextClassifierBuilder();
  }

  private Embedding vectors(Initializer initializer, int entries) {
    return new Embedding(
        initializer,
        entries,
        config.encoder().hiddenSize(),
        config.regularization().embeddingDeviation());
  }

  private TransformerLayer layer(Initializer initializer) {
    EncoderConfig encoder = config.encoder();
    int width = encoder.hiddenSize();
    // Layers start by adding little to the token vectors, whatever their number
    // (docs/experiments.md).
    double gain = FIRST_OUTPUT_GAIN / Math.sqrt(2.0 * encoder.layers());
    return new TransformerLayer(
        encoder.createNorm(initializer),
        encoder.attention().create(initializer, width, config.rotary(), gain),
        encoder.createNorm(initializer),
        encoder.feedForward().create(initializer, width, encoder.intermediateSize(), gain),
        config.regularization().dropout());
  }

  public TextClassifierConfig config() {
    return config;
  }

  @Override
  public ObjectNode description() {
    return ClassifierFolder.tree(config);
  }

  public Engine engine() {
    return engine;
  }

  /**
   * Scores the classes.
   *
   * @return [documents, C] logits
   */
  @Override
  public Tensor forward(TextBatch batch) {
    Tensor ids = engine.ofLongs(batch.ids(), batch.chunks(), batch.tokens());
    TokenMask mask = TokenMask.of(engine, batch);
    Tensor x = embeddingDropout.forward(embed(ids)); // [chunks, T, E]
    AttentionMask attention =
        mask.padding().map(AttentionMask.NONE::withKeyMask).orElse(AttentionMask.NONE);
    if (convolution.isPresent()) {
      x = x.add(dropout.forward(convolution.get().forward(x, mask.padding())));
    }
    try (ForwardPass pass =
        ForwardPass.seeing(attention).at(TokenPositions.from(0, batch.tokens()), rotary).open()) {
      x = layers.forward(x, pass);
    }
    // The norm comes after pooling: before it, a token never learnt would count as much as any.
    Tensor document = norm.forward(pooler.forward(x, batch, mask)); // [documents, E]
    return score.forward(dropout.forward(document));
  }

  /**
   * Vectors of tokens [chunks, T], of which training drops some whole: a row of ones and zeros a
   * chunk tells which.
   */
  private Tensor embed(Tensor ids) {
    Tensor vectors = tokens.forward(ids);
    if (isTraining() && config.regularization().tokenDropout() > 0) {
      Tensor ones = engine.full(vectors.dtype(), 1, ids.shape().dim(0), ids.shape().dim(1), 1);
      vectors = vectors.mul(tokenDropout.forward(ones));
    }
    if (positions.isEmpty()) {
      return vectors;
    }
    return vectors.add(positions.get().forward(engine.arange(0, ids.shape().dim(1))));
  }

  @Override
  public List<Tensor> inputVectors() {
    return List.of(tokens.weight());
  }

  /** The mean cross-entropy of a batch's labels. */
  public Tensor loss(Tensor logits, TextBatch batch) {
    Tensor labels = engine.ofLongs(batch.labels(), batch.documents());
    return engine.crossEntropy(logits, labels, Optional.empty(), 0);
  }

  /** Writes the folder that {@link TextPipeline#open(Path)} opens. */
  public void save(Path folder, Tokenizer tokenizer) {
    new ClassifierFolder(folder).write(this, tokenizer);
  }

  /** Frees the parameters, and ends the engine if the builder started it. */
  @Override
  public void close() {
    try {
      super.close();
      rotary.close();
    } finally {
      started.ifPresent(Engine::close);
    }
  }
}
