package io.mla4j.nn.attention;

import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Tensor;

/** Keys and values of every head. */
public interface KeyValueCache extends AttentionCache {

  /**
   * Adds tokens.
   *
   * @param keys [B, T, G, D], rotated
   * @param values [B, T, G, D]
   */
  void append(Tensor keys, Tensor values);

  /** [B, S, G, D]. */
  Tensor keys();

  /** [B, S, G, D]. */
  Tensor values();

  /**
   * Attention over all its tokens, where they lie if the engine can read them there.
   *
   * @param query [B, T, H, D], G divides H
   * @param mask over its S tokens
   * @return [B, T, H, D]
   */
  default Tensor attend(Tensor query, AttentionMask mask, double scale) {
    return query.engine().attention(query, keys(), values(), mask, scale);
  }
}
