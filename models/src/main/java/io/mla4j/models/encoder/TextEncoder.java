package io.mla4j.models.encoder;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Dropout;
import io.mla4j.nn.Embedding;
import io.mla4j.nn.Initializer;
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
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Documents to vectors: token vectors, transformer layers with any attention of the family,
 * pooling. Documents in several chunks are pooled over all of them. A model extends it with what it
 * does with the vectors, so that the names of the encoder's tensors are the same in all of them.
 */
public abstract class TextEncoder extends Module {

  private static final double FIRST_OUTPUT_GAIN = 0.1;

  private final TextEncoderConfig config;
  private final Engine engine;
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

  /** Makes the encoder's parameters, before those of the model that extends it. */
  protected TextEncoder(TextEncoderConfig config, Initializer initializer) {
    this.config = config;
    this.engine = initializer.engine();
    EncoderConfig encoder = config.encoder();
    Regularization regularization = config.regularization();
    int width = encoder.hiddenSize();
    this.tokens = child("embed_tokens", vectors(initializer, config.vocabSize()));
    this.positions =
        config.position().rotates()
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

  public final Engine engine() {
    return engine;
  }

  /**
   * A vector for each document.
   *
   * @return [documents, E]
   */
  protected final Tensor encode(TextBatch batch) {
    TokenMask mask = TokenMask.of(engine, batch);
    // Engines that train keep to whole rows, whose losses are known digit by digit.
    boolean packed = mask.padding().isPresent() && !engine.differentiates();
    Tensor x = packed ? packed(batch) : padded(batch, mask); // [chunks, T, E]
    // The norm comes after pooling: before it, a token never learnt would count as much as any.
    return dropout.forward(norm.forward(pooler.forward(x, batch, mask))); // [documents, E]
  }

  private Tensor padded(TextBatch batch, TokenMask mask) {
    Tensor ids = engine.ofLongs(batch.ids(), batch.chunks(), batch.tokens());
    Tensor x = embeddingDropout.forward(embed(ids, engine.arange(0, batch.tokens())));
    AttentionMask attention =
        mask.padding().map(AttentionMask.NONE::withKeyMask).orElse(AttentionMask.NONE);
    if (convolution.isPresent()) {
      x = x.add(dropout.forward(convolution.get().forward(x, mask.padding())));
    }
    try (ForwardPass pass =
        ForwardPass.seeing(attention).at(TokenPositions.from(0, batch.tokens()), rotary).open()) {
      return layers.forward(x, pass);
    }
  }

  /** As {@link #padded}, without computing anything for padding. */
  private Tensor packed(TextBatch batch) {
    PackedChunks chunks = PackedChunks.of(batch);
    PackedSequences sequences = chunks.sequences();
    Tensor ids = engine.ofLongs(chunks.ids(), 1, sequences.tokens());
    Tensor positions = engine.ofLongs(sequences.positions(), sequences.tokens());
    Tensor x = embed(ids, positions); // [1, N, E]
    if (convolution.isPresent()) {
      x = x.add(convolution.get().forward(x, sequences));
    }
    try (ForwardPass pass =
        ForwardPass.seeing(AttentionMask.NONE.withSequences(sequences))
            .at(TokenPositions.of(sequences), rotary)
            .open()) {
      return chunks.padded(layers.forward(x, pass));
    }
  }

  /**
   * The mean of each document's token vectors, as they are before any layer: its bag of words.
   *
   * @return [documents, E]
   */
  protected final Tensor bag(TextBatch batch) {
    Tensor ids = engine.ofLongs(batch.ids(), batch.chunks(), batch.tokens());
    return Pooler.mean(embeddingDropout.forward(tokens.forward(ids)), batch);
  }

  /**
   * Vectors of tokens [rows, T], of which training drops some whole: a row of ones and zeros a
   * chunk tells which.
   *
   * @param places [T] INT64, where the tokens stand in their chunks
   */
  private Tensor embed(Tensor ids, Tensor places) {
    Tensor vectors = tokens.forward(ids);
    if (isTraining() && config.regularization().tokenDropout() > 0) {
      Tensor ones = engine.full(vectors.dtype(), 1, ids.shape().dim(0), ids.shape().dim(1), 1);
      vectors = vectors.mul(tokenDropout.forward(ones));
    }
    return positions.isEmpty() ? vectors : vectors.add(positions.get().forward(places));
  }

  /** The table of token vectors, which adversarial training disturbs. */
  public List<Tensor> inputVectors() {
    return List.of(tokens.weight());
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    super.close();
    rotary.close();
  }
}
