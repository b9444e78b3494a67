package io.mla4j.kernels.body;

/** Functions of two elements. */
public enum BinaryOp {
  ADD,
  SUB,
  MUL,
  DIV,
  /** The larger one; NaN where one is NaN. */
  MAX
}
