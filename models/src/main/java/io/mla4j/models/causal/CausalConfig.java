package io.mla4j.models.causal;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.RotaryLayout;
import java.util.Optional;

/**
 * How a causal language model is built: token vectors, transformer layers with any attention of the
 * family, a norm, and scores of the next token.
 *
 * @param vocabSize rows of the token table; 0 until the tokenizer is known
 * @param hiddenSize E, width of the model
 * @param layers how many transformer layers
 * @param attention its sizes follow from the width where they were left out
 * @param networks the feed-forward networks
 * @param positions how heads rotate, and how far
 * @param normEpsilon of the RMSNorms, above 0
 * @param tiedEmbeddings whether the scores are products with the token vectors themselves
 */
public record CausalConfig(
    int vocabSize,
    int hiddenSize,
    int layers,
    AttentionConfig attention,
    @JsonUnwrapped NetworksConfig networks,
    @JsonUnwrapped RotaryPositions positions,
    double normEpsilon,
    boolean tiedEmbeddings) {

  public CausalConfig {
    if (vocabSize < 0 || hiddenSize < 1 || layers < 1) {
      throw new IllegalArgumentException(
          "A language model has hiddenSize and layers of 1 or more and vocabSize of 0 or more, not"
              + " %d, %d and %d.".formatted(hiddenSize, layers, vocabSize));
    }
    if (!(normEpsilon > 0 && Double.isFinite(normEpsilon))) {
      throw new IllegalArgumentException(
          "normEpsilon is above 0 and finite, not " + normEpsilon + ".");
    }
    attention = attention.resolved(hiddenSize);
  }

  /** A small model with latent attention. */
  public static CausalConfig defaults() {
    return new CausalConfig(
        0,
        128,
        4,
        new MlaConfig(4, 0, 64, 24, 8, 32, 0),
        NetworksConfig.dense(512),
        RotaryPositions.defaults(),
        1e-6,
        true);
  }

  /** This configuration for a tokenizer of so many tokens. */
  public CausalConfig withVocabSize(int tokens) {
    return new CausalConfig(
        tokens, hiddenSize, layers, attention, networks, positions, normEpsilon, tiedEmbeddings);
  }

  /** This configuration with another attention. */
  public CausalConfig withAttention(AttentionConfig other) {
    return new CausalConfig(
        vocabSize, hiddenSize, layers, other, networks, positions, normEpsilon, tiedEmbeddings);
  }

  /**
   * The same with dense multi-head attention of as many heads, to compare with; empty if it is
   * dense, or of no family that could be written with it.
   */
  public Optional<CausalConfig> denseBaseline() {
    if (attention instanceof DenseConfig || networks.experts().isPresent()) {
      return Optional.empty();
    }
    RotaryPositions halves =
        new RotaryPositions(
            positions.ropeTheta(),
            RotaryLayout.HALVES,
            positions.ropeScaling(),
            positions.maxPositions());
    return Optional.of(
        new CausalConfig(
            vocabSize,
            hiddenSize,
            layers,
            new DenseConfig(attention.heads(), 0, 0, false, true, 0),
            networks,
            halves,
            normEpsilon,
            tiedEmbeddings));
  }

  /** Bytes a token adds to the caches of all layers. */
  public long cacheBytesPerToken(DType dtype) {
    return layers * attention.cacheBytesPerToken(dtype);
  }

  Optional<RotaryConfig> rotary() {
    return positions.rotation(attention.rotaryDim());
  }
}
