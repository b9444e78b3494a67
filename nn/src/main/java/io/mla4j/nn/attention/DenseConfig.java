package io.mla4j.nn.attention;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.rotary.RotaryConfig;
import java.util.Optional;

/**
 * Dense attention: multi-head (arXiv 1706.03762) where {@code keyValueHeads} equals {@code heads},
 * grouped-query (arXiv 2305.13245) where it divides it, multi-query (arXiv 1911.02150) where it is
 * 1.
 *
 * @param heads H
 * @param keyValueHeads G; 0 for as many as heads
 * @param headDim D; 0 for the model width over heads
 * @param bias whether the projections to queries, keys and values add a bias
 * @param outputBias whether the projection of the output adds one
 * @param headNormEpsilon of an RMSNorm over each head's queries and keys before they rotate, as in
 *     Qwen3 (arXiv 2505.09388); 0 for none
 * @param rotary whether positions rotate the heads
 * @param window how far a query sees; 0 for everywhere
 */
public record DenseConfig(
    int heads,
    int keyValueHeads,
    int headDim,
    boolean bias,
    boolean outputBias,
    double headNormEpsilon,
    boolean rotary,
    int window)
    implements AttentionConfig {

  public DenseConfig {
    Sizes.positive("heads", heads);
    Sizes.notNegative("keyValueHeads", keyValueHeads);
    Sizes.notNegative("headDim", headDim);
    Sizes.notNegative("window", window);
    if (!(headNormEpsilon >= 0 && Double.isFinite(headNormEpsilon))) {
      throw new IllegalArgumentException(
          "headNormEpsilon is 0 for no norm, or above, not " + headNormEpsilon + ".");
    }
    if (keyValueHeads > 0 && heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "keyValueHeads must divide heads, but %d does not divide %d."
              .formatted(keyValueHeads, heads));
    }
  }

  /** All projections with a bias or none, and heads that are not normalized. */
  public DenseConfig(
      int heads, int keyValueHeads, int headDim, boolean bias, boolean rotary, int window) {
    this(heads, keyValueHeads, headDim, bias, bias, 0, rotary, window);
  }

  /** Where little is said: multi-head attention with rotary positions that sees everything. */
  @JsonCreator
  static DenseConfig given(
      int heads,
      Optional<Integer> keyValueHeads,
      Optional<Integer> headDim,
      Optional<Boolean> bias,
      Optional<Boolean> outputBias,
      Optional<Double> headNormEpsilon,
      Optional<Boolean> rotary,
      Optional<Integer> window) {
    return new DenseConfig(
        heads,
        keyValueHeads.orElse(0),
        headDim.orElse(0),
        bias.orElse(false),
        outputBias.orElse(bias.orElse(false)),
        headNormEpsilon.orElse(0.0),
        rotary.orElse(true),
        window.orElse(0));
  }

  /** Multi-head attention with rotary positions over a model of the given width. */
  public static DenseConfig of(int heads, int width) {
    return new DenseConfig(heads, 0, 0, false, true, 0).resolved(width);
  }

  @Override
  public DenseConfig resolved(int width) {
    misfit(width)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    return new DenseConfig(
        heads, groups(), headDim(width), bias, outputBias, headNormEpsilon, rotary, window);
  }

  private int groups() {
    return keyValueHeads == 0 ? heads : keyValueHeads;
  }

  private int headDim(int width) {
    return headDim == 0 ? width / heads : headDim;
  }

  @Override
  public Attention create(
      Initializer initializer, int width, Optional<RotaryConfig> rotation, double outputGain) {
    return new Dense(initializer, width, this, rotation, outputGain);
  }

  @Override
  public int rotaryDim() {
    return rotary ? knownHeadDim() : 0;
  }

  @Override
  public long cacheValuesPerToken() {
    return 2L * groups() * knownHeadDim();
  }

  private int knownHeadDim() {
    if (headDim == 0) {
      throw new IllegalStateException(
          "The width of these heads follows from the model's: call resolved(width) first.");
    }
    return headDim;
  }

  @Override
  public Optional<String> misfit(int width) {
    if (headDim == 0 && width % heads != 0) {
      return Optional.of(
          "heads must divide the model's width, but "
              + heads
              + " does not divide "
              + width
              + "; change either, or give headDim.");
    }
    if (rotary && headDim(width) % 2 != 0) {
      return Optional.of(
          "Rotary heads have an even width, not %d; change headDim or heads, or turn rotary off."
              .formatted(headDim(width)));
    }
    return Optional.empty();
  }
}
