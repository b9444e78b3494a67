package io.mla4j.kernels;

/** Loops written with the Vector API. Loaded only where its module is in the JVM. */
final class VectorKernels implements KernelBodies {

  private final Scratch scratch = new Scratch();

  @Override
  public String description() {
    return "Vector API with " + Lanes.SPECIES.vectorBitSize() + "-bit vectors";
  }

  @Override
  public Scratch scratch() {
    return scratch;
  }

  @Override
  public ElementwiseBodies elementwise() {
    return new VectorElementwise(scratch);
  }

  @Override
  public RowBodies rows() {
    return new VectorRows(scratch);
  }

  @Override
  public ProductBodies products() {
    return new VectorProducts();
  }

  @Override
  public SoftmaxBodies softmax() {
    return new VectorSoftmax();
  }

  @Override
  public ConversionBodies conversions() {
    return new VectorConversions();
  }
}
