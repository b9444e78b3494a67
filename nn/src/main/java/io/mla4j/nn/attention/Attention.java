package io.mla4j.nn.attention;

import io.mla4j.nn.Module;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.Tensor;

/** Tokens read from each other. A member of the family extends this and has a configuration. */
public abstract class Attention extends Module {

  private final int width;

  /**
   * An attention.
   *
   * @param width E, of what comes in and goes out
   */
  protected Attention(int width) {
    Sizes.positive("width", width);
    this.width = width;
  }

  /** The sizes of this layer, with nothing left to derive. */
  public abstract AttentionConfig config();

  /**
   * Attends, adding to the cache if the pass has one.
   *
   * @param x [B, T, E]
   * @return [B, T, E]
   * @throws IllegalArgumentException if tokens, mask and cache do not fit each other or this layer
   */
  public final Tensor forward(Tensor x, LayerPass pass) {
    AttentionCheck.check(x, width, pass);
    return attend(x, pass);
  }

  /**
   * Attends; what comes in has been checked.
   *
   * @param x [B, T, E]
   * @return [B, T, E]
   */
  protected abstract Tensor attend(Tensor x, LayerPass pass);

  /** An empty cache of the kind this member keeps. */
  public abstract AttentionCache newCache();
}
