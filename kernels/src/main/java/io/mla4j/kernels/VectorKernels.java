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
    return new VectorProducts(false);
  }

  @Override
  public SoftmaxBodies softmax() {
    return new VectorSoftmax(VectorTiles.LANES);
  }

  @Override
  public StripBodies strips(int columns) {
    return columns <= Lanes.COUNT
        ? new StripBodies(new VectorProducts(true), new VectorSoftmax(Lanes.COUNT))
        : new StripBodies(products(), softmax());
  }

  @Override
  public ConversionBodies conversions() {
    return new VectorConversions();
  }
}
