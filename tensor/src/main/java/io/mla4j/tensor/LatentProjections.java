package io.mla4j.tensor;

/**
 * The up-projections of multi-head latent attention, the rows of {@code kv_b_proj} by head.
 *
 * @param key [H, N, R], W_UK: latent to the part of the keys without position
 * @param value [H, V, R], W_UV: latent to values
 */
public record LatentProjections(Tensor key, Tensor value) {

  public long heads() {
    return key.shape().dim(0);
  }

  public long nopeDim() {
    return key.shape().dim(1);
  }

  public long latentRank() {
    return key.shape().dim(2);
  }

  public long valueDim() {
    return value.shape().dim(1);
  }
}
