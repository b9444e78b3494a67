package io.mla4j.tensor;

import java.util.List;

/**
 * What multi-head latent attention attends to: the rows its cache holds, {@code [latent | rotary
 * key]}, either packed as the cache keeps them or in the two parts a forward pass computes.
 */
public sealed interface LatentKeys {

  /** [B, S, R], normalised. */
  Tensor latent();

  /** [B, S, P], rotated, shared by all heads. */
  Tensor rotary();

  /** [B, S, R + P]. */
  Tensor packed();

  default long keys() {
    return latent().shape().dim(1);
  }

  /**
   * Both parts as a forward pass computes them.
   *
   * @param latent [B, S, R]
   * @param rotary [B, S, P]
   */
  record Parts(Tensor latent, Tensor rotary) implements LatentKeys {
    @Override
    public Tensor packed() {
      return latent.engine().concat(List.of(latent, rotary), 2);
    }
  }

  /**
   * Rows as a cache keeps them.
   *
   * @param packed [B, S, R + P]
   * @param rank R
   */
  record Rows(Tensor packed, long rank) implements LatentKeys {
    @Override
    public Tensor latent() {
      return packed.narrow(2, 0, rank);
    }

    @Override
    public Tensor rotary() {
      return packed.narrow(2, rank, packed.shape().dim(2) - rank);
    }
  }
}
