package io.mla4j.nn.attention;

import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.tensor.LatentKeys;

/** The latents and rotary keys alone: R + P values a token, whatever the number of heads. */
public interface LatentCache extends AttentionCache {

  /** Adds tokens to every sequence, [B, T, R] and [B, T, P]. */
  void append(LatentKeys tokens);

  /** All tokens, [B, S, R] and [B, S, P]. */
  LatentKeys keys();
}
