package io.mla4j.kernels.body;

/** Functions of one element. */
public enum UnaryOp {
  EXP,
  LOG,
  SQRT,
  SIN,
  COS,
  TANH,
  /** The error function. */
  ERF,
  /** The logistic function. */
  SIGMOID,
  /** {@code x · Φ(x)} with the exact normal distribution function. */
  GELU,
  /** {@code x · σ(x)}. */
  SILU
}
