package io.mla4j.nn.attention;

import java.util.Optional;

/**
 * Dense attention: multi-head (arXiv 1706.03762) where {@code keyValueHeads} equals {@code heads},
 * grouped-query (arXiv 2305.13245) where it divides it, multi-query (arXiv 1911.02150) where it is
 * 1.
 *
 * @param heads H
 * @param keyValueHeads G; 0 for as many as heads
 * @param headDim D; 0 for the model width over heads
 * @param bias whether the projections add a bias
 * @param rotary whether positions rotate the heads
 * @param window how far a query sees; 0 for everywhere
 */
public record DenseConfig(
    int heads, int keyValueHeads, int headDim, boolean bias, boolean rotary, int window)
    implements AttentionConfig {

  public DenseConfig {
    Sizes.positive("heads", heads);
    Sizes.notNegative("keyValueHeads", keyValueHeads);
    Sizes.notNegative("headDim", headDim);
    Sizes.notNegative("window", window);
    keyValueHeads = keyValueHeads == 0 ? heads : keyValueHeads;
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "keyValueHeads must divide heads, but "
              + keyValueHeads
              + " does not divide "
              + heads
              + ".");
    }
  }

  /** Multi-head attention with rotary positions over a model of the given width. */
  public static DenseConfig of(int heads, int width) {
    return new DenseConfig(heads, heads, 0, false, true, 0).resolved(width);
  }

  /** This configuration with the head width filled in. */
  DenseConfig resolved(int width) {
    if (headDim > 0) {
      return this;
    }
    misfit(width)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    return new DenseConfig(heads, keyValueHeads, width / heads, bias, rotary, window);
  }

  @Override
  public int rotaryDim() {
    return rotary ? headDim : 0;
  }

  @Override
  public long cacheValuesPerToken() {
    return 2L * keyValueHeads * headDim;
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
    int head = headDim == 0 ? width / heads : headDim;
    if (rotary && head % 2 != 0) {
      return Optional.of("A rotary head has an even width, not " + head + ".");
    }
    return Optional.empty();
  }
}
