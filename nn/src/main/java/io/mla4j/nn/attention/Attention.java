package io.mla4j.nn.attention;

import io.mla4j.nn.Module;
import io.mla4j.tensor.Tensor;

/** Tokens read from each other. */
public abstract sealed class Attention extends Module permits Dense, Mla {

  private final int width;

  Attention(int width) {
    Sizes.positive("width", width);
    this.width = width;
  }

  /** The sizes of this layer, with nothing left to derive. */
  public abstract AttentionConfig config();

  /**
   * Attends, adding to the cache if the input has one.
   *
   * @return [B, T, E]
   * @throws IllegalArgumentException if the parts of the input do not fit each other or this layer
   */
  public final Tensor forward(AttentionInput input) {
    new InputCheck(width, config().rotaryDim()).check(input);
    return attend(input);
  }

  abstract Tensor attend(AttentionInput input);

  /** An empty cache of the kind this member keeps. */
  public abstract AttentionCache newCache();
}
