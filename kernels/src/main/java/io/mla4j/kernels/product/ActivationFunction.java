package io.mla4j.kernels.product;

/** What is applied to every element of a product. */
public enum ActivationFunction {
  NONE,
  /** {@code x · Φ(x)} with the exact normal distribution function. */
  GELU,
  /** {@code x · σ(x)}. */
  SILU
}
