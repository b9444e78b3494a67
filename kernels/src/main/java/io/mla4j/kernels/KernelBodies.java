package io.mla4j.kernels;

/**
 * What one twin supplies: single-threaded float32 loops over arguments that have been checked. See
 * the package description for how another twin is added.
 */
public interface KernelBodies {

  /** What runs, such as {@code Vector API with 512-bit vectors}. */
  String description();

  /** Working memory that these loops and what is built on them share. */
  Scratch scratch();

  ElementwiseBodies elementwise();

  RowBodies rows();

  ProductBodies products();

  SoftmaxBodies softmax();

  ConversionBodies conversions();
}
