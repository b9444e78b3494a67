package io.mla4j.nn.attention;

import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Tensor;
import java.util.Optional;

/**
 * What every member of the family takes.
 *
 * @param x [B, T, E]
 * @param mask over all S keys, the cached ones first
 * @param rotation the angles of the T positions; empty for models without rotary positions
 * @param cache where the keys before these T tokens are, and to which theirs are added
 */
public record AttentionInput(
    Tensor x, AttentionMask mask, Optional<Rotation> rotation, Optional<AttentionCache> cache) {

  /** A forward pass over whole sequences. */
  public static AttentionInput full(Tensor x, AttentionMask mask, Rotation rotation) {
    return new AttentionInput(x, mask, Optional.of(rotation), Optional.empty());
  }

  /** The cache as the kind a layer keeps. */
  <C extends AttentionCache> Optional<C> cacheOf(Class<C> kind) {
    cache.ifPresent(
        given -> {
          if (!kind.isInstance(given)) {
            throw new IllegalArgumentException(
                "This layer keeps a %s, not a %s; make its cache with newCache()."
                    .formatted(kind.getSimpleName(), given.getClass().getSimpleName()));
          }
        });
    return cache.map(kind::cast);
  }

  public AttentionInput withX(Tensor other) {
    return new AttentionInput(other, mask, rotation, cache);
  }
}
