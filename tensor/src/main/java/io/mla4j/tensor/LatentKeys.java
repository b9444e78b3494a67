package io.mla4j.tensor;

import java.util.List;

/**
 * What multi-head latent attention attends to: the rows its cache holds, {@code [latent | rotary
 * key]}, packed as the cache keeps them, in the two parts a forward pass computes, or in blocks of
 * a pool.
 */
public sealed interface LatentKeys permits LatentKeys.Parts, LatentKeys.Rows, PagedLatents {

  /** [B, S, R], normalised. */
  Tensor latent();

  /** [B, S, P], rotated, shared by all heads. */
  Tensor rotary();

  /** [B, S, R + P]. */
  Tensor packed();

  /** S, of the longest sequence. */
  default long keys() {
    return latent().shape().dim(1);
  }

  /**
   * The same keys where tensors hold one after another, for engines that do not read them as they
   * lie.
   *
   * @param dtype what keys that are kept in another type become
   */
  default LatentKeys gathered(DType dtype) {
    return this;
  }

  /** What a mask becomes for the gathered keys. */
  default AttentionMask masked(AttentionMask mask) {
    return mask;
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
