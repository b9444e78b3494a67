package io.mla4j.models.causal;

import io.mla4j.nn.Embedding;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Module;
import io.mla4j.nn.Norm;
import io.mla4j.nn.RmsNorm;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.nn.pass.NextToken;
import io.mla4j.nn.rotary.RotaryTables;
import io.mla4j.nn.rotary.TokenPositions;
import io.mla4j.nn.transformer.TransformerLayer;
import io.mla4j.nn.transformer.TransformerStack;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A decoder that scores the next token: token vectors, transformer layers, a norm, one linear
 * layer. Its tensors have the names that Hugging Face's models have. Between layers flows float32
 * whatever type the weights are kept in.
 */
public final class CausalModel extends Module implements NextToken {

  private final CausalConfig config;
  private final Engine engine;
  private final DType activations;
  private final RotaryTables rotary;
  private final Body body;
  private final Optional<Linear> head;

  /** What Hugging Face's models call {@code model}. */
  private static final class Body extends Module {

    private final Embedding tokens;
    private final TransformerStack layers;
    private final Norm norm;

    private Body(CausalConfig config, Initializer initializer, double dropout) {
      double deviation = 0.02;
      tokens =
          child(
              "embed_tokens",
              new Embedding(initializer, config.vocabSize(), config.hiddenSize(), deviation));
      layers =
          child(
              "layers",
              new TransformerStack(
                  IntStream.range(0, config.layers())
                      .mapToObj(i -> layer(config, initializer, i, dropout))
                      .toList()));
      norm = child("norm", norm(config, initializer));
    }

    private static Norm norm(CausalConfig config, Initializer initializer) {
      return new RmsNorm(initializer, config.hiddenSize(), config.normEpsilon());
    }

    private static TransformerLayer layer(
        CausalConfig config, Initializer initializer, int i, double dropout) {
      int width = config.hiddenSize();
      // What layers add grows with their number; starting smaller keeps the sum of one size.
      double gain = 1 / Math.sqrt(2.0 * config.layers());
      return new TransformerLayer(
          norm(config, initializer),
          config.attention().create(initializer, width, config.rotary(), gain),
          norm(config, initializer),
          config.networks().create(initializer, width, i, gain),
          dropout);
    }
  }

  /**
   * Makes the model.
   *
   * @throws IllegalArgumentException if the vocabulary is not known yet
   */
  public CausalModel(CausalConfig config, Initializer initializer) {
    this(config, initializer, 0);
  }

  /**
   * Makes the model to be trained.
   *
   * @param dropout of what each branch of a layer adds, while it is trained
   * @throws IllegalArgumentException if the vocabulary is not known yet
   */
  public CausalModel(CausalConfig config, Initializer initializer, double dropout) {
    if (config.vocabSize() < 1) {
      throw new IllegalArgumentException(
          "A language model needs vocabSize: give it, or the tokenizer's.");
    }
    this.config = config;
    this.engine = initializer.engine();
    this.activations = initializer.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    this.rotary = new RotaryTables(engine, activations);
    this.body = child("model", new Body(config, initializer, dropout));
    this.head =
        config.tiedEmbeddings()
            ? Optional.empty()
            : Optional.of(
                child(
                    "lm_head",
                    new Linear(initializer, config.hiddenSize(), config.vocabSize(), false)));
  }

  public CausalConfig config() {
    return config;
  }

  public Engine engine() {
    return engine;
  }

  /**
   * Checks tokens before an engine looks them up.
   *
   * @throws IllegalArgumentException naming the first that the model does not have
   */
  void requireTokens(String what, int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "%s has the token %d, but the model has the tokens 0 to %d."
                .formatted(what, id, config.vocabSize() - 1));
      }
    }
  }

  /** Empty caches for a batch of sequences. */
  public LayerCaches newCaches() {
    return body.layers.newCaches();
  }

  public List<TransformerLayer> layers() {
    return body.layers.layers();
  }

  /** A pass over sequences of one length from their beginning. */
  @Override
  public ForwardPass pass(long tokens) {
    return ForwardPass.seeing(AttentionMask.CAUSAL)
        .at(TokenPositions.from(0, tokens), rotary)
        .open();
  }

  /** A pass over whole sequences that lie one after another in one row. */
  @Override
  public ForwardPass pass(PackedSequences packed) {
    return ForwardPass.seeing(AttentionMask.CAUSAL.withSequences(packed))
        .at(TokenPositions.of(packed), rotary)
        .open();
  }

  /** A pass over the tokens that follow those in the caches. */
  public ForwardPass pass(LayerCaches caches, long tokens) {
    return ForwardPass.seeing(AttentionMask.CAUSAL)
        .at(TokenPositions.from(caches.length(), tokens), rotary)
        .addingTo(caches)
        .open();
  }

  /**
   * What the last norm gives.
   *
   * @param ids [B, T] INT64
   * @return [B, T, E]
   */
  @Override
  public Tensor hidden(Tensor ids, ForwardPass pass) {
    Tensor vectors = body.tokens.forward(ids).cast(activations);
    return body.norm.forward(body.layers.forward(vectors, pass));
  }

  /**
   * Scores of the token after each.
   *
   * @param hidden [..., E] of {@link #hidden}, or some of its rows
   * @return [..., V]
   */
  @Override
  public Tensor logits(Tensor hidden) {
    return head.isPresent()
        ? head.get().forward(hidden)
        : engine.linear(hidden, body.tokens.weight(), Optional.empty());
  }

  /**
   * Scores of the token after each.
   *
   * @param ids [B, T] INT64
   * @return [B, T, V]
   */
  public Tensor forward(Tensor ids, ForwardPass pass) {
    return logits(hidden(ids, pass));
  }

  /** The table of token vectors. */
  @Override
  public List<Tensor> inputVectors() {
    return List.of(body.tokens.weight());
  }

  /** Frees the parameters and the tables. */
  @Override
  public void close() {
    super.close();
    rotary.close();
  }
}
