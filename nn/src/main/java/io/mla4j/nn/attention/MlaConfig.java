package io.mla4j.nn.attention;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.rotary.RotaryConfig;
import java.util.Optional;

/**
 * Multi-head latent attention (arXiv 2405.04434).
 *
 * @param heads H
 * @param queryLoraRank rank of the queries' compression; 0 for none
 * @param kvLoraRank R, the latent that keys and values are computed from
 * @param nopeDim N, elements of a query and key head without position (qk_nope_head_dim)
 * @param ropeDim P, elements with position, one key for all heads (qk_rope_head_dim)
 * @param valueDim V, elements of a value head (v_head_dim)
 * @param bias whether the projections to the latents and of the output add one
 * @param window how far a query sees; 0 for everywhere
 */
public record MlaConfig(
    int heads,
    int queryLoraRank,
    int kvLoraRank,
    int nopeDim,
    int ropeDim,
    int valueDim,
    boolean bias,
    int window)
    implements AttentionConfig {

  public MlaConfig {
    Sizes.positive("heads", heads);
    Sizes.notNegative("queryLoraRank", queryLoraRank);
    Sizes.positive("kvLoraRank", kvLoraRank);
    Sizes.positive("nopeDim", nopeDim);
    Sizes.positive("ropeDim", ropeDim);
    Sizes.positive("valueDim", valueDim);
    Sizes.notNegative("window", window);
    if (ropeDim % 2 != 0) {
      throw new IllegalArgumentException("ropeDim is even, not " + ropeDim + ".");
    }
  }

  /** Without biases. */
  public MlaConfig(
      int heads,
      int queryLoraRank,
      int kvLoraRank,
      int nopeDim,
      int ropeDim,
      int valueDim,
      int window) {
    this(heads, queryLoraRank, kvLoraRank, nopeDim, ropeDim, valueDim, false, window);
  }

  /** Where little is said: queries that are not compressed, and keys that all are seen. */
  @JsonCreator
  static MlaConfig given(
      int heads,
      Optional<Integer> queryLoraRank,
      int kvLoraRank,
      int nopeDim,
      int ropeDim,
      int valueDim,
      Optional<Boolean> bias,
      Optional<Integer> window) {
    return new MlaConfig(
        heads,
        queryLoraRank.orElse(0),
        kvLoraRank,
        nopeDim,
        ropeDim,
        valueDim,
        bias.orElse(false),
        window.orElse(0));
  }

  @Override
  public MlaConfig resolved(int width) {
    return this;
  }

  /** Elements of a query head. */
  public int queryDim() {
    return nopeDim + ropeDim;
  }

  /** What scores are multiplied by: {@code (N + P)^-½}, times the growth of a scaled rotation. */
  public double scale(Optional<RotaryConfig> rotary) {
    return rotary.map(RotaryConfig::attentionScale).orElse(1.0) / Math.sqrt(queryDim());
  }

  @Override
  public Attention create(
      Initializer initializer, int width, Optional<RotaryConfig> rotary, double outputGain) {
    return new Mla(initializer, width, this, rotary, outputGain);
  }

  @Override
  public int rotaryDim() {
    return ropeDim;
  }

  @Override
  public long cacheValuesPerToken() {
    return (long) kvLoraRank + ropeDim;
  }

  @Override
  public Optional<String> misfit(int width) {
    return Optional.empty();
  }
}
