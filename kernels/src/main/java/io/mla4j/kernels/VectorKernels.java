package io.mla4j.kernels;

/** Loops written with the Vector API. Loaded only where its module is in the JVM. */
final class VectorKernels implements KernelBodies {

  @Override
  public String description() {
    return "Vector API with " + Lanes.SPECIES.vectorBitSize() + "-bit vectors";
  }

  @Override
  public ElementwiseBodies elementwise() {
    return new VectorElementwise();
  }

  @Override
  public RowBodies rows() {
    return new VectorRows();
  }

  @Override
  public ProductBodies products() {
    return new VectorProducts();
  }

  @Override
  public SoftmaxBodies softmax() {
    return new VectorSoftmax();
  }
}
