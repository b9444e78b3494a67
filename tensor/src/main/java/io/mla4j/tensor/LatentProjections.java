package io.mla4j.tensor;

/**
 * The up-projections of multi-head latent attention: the rows of {@code kv_b_proj} by head, those
 * for keys before those for values.
 *
 * @param weight [H, N + V, R]
 * @param nopeDim N, how many rows of a head make the part of its key without position
 */
public record LatentProjections(Tensor weight, long nopeDim) {

  public LatentProjections {
    if (weight.shape().rank() != 3 || nopeDim < 1 || nopeDim >= weight.shape().dim(1)) {
      throw new IllegalArgumentException(
          "Latent projections have the shape [heads, nope + value, rank] with nope and value of 1"
              + " or more, not "
              + weight.shape()
              + " with nope "
              + nopeDim
              + ".");
    }
  }

  /** The same in a type; these themselves if they have it. */
  public LatentProjections cast(DType type) {
    return weight.dtype() == type ? this : new LatentProjections(weight.cast(type), nopeDim);
  }

  /** [H, N, R], W_UK: latent to the part of the keys without position. */
  public Tensor key() {
    return weight.narrow(1, 0, nopeDim);
  }

  /** [H, V, R], W_UV: latent to values. */
  public Tensor value() {
    return weight.narrow(1, nopeDim, valueDim());
  }

  public long heads() {
    return weight.shape().dim(0);
  }

  public long valueDim() {
    return weight.shape().dim(1) - nopeDim;
  }

  public long latentRank() {
    return weight.shape().dim(2);
  }
}
