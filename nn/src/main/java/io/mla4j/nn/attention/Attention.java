package io.mla4j.nn.attention;

import io.mla4j.nn.Module;
import io.mla4j.tensor.Tensor;

/** Tokens read from each other. */
public abstract sealed class Attention extends Module permits Dense, Mla {

  public abstract AttentionConfig config();

  /**
   * Attends, adding to the cache if the input has one.
   *
   * @return [B, T, E]
   */
  public abstract Tensor forward(AttentionInput input);

  /** An empty cache of the kind this member keeps. */
  public abstract AttentionCache newCache();
}
