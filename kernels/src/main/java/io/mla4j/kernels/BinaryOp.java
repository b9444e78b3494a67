package io.mla4j.kernels;

/** Functions of two elements. */
public enum BinaryOp {
  ADD,
  SUB,
  MUL,
  DIV
}
