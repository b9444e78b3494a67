package io.mla4j.kernels;

/** Plain loops, for a JVM without the Vector API. */
final class ScalarKernels implements KernelBodies {

  private final Scratch scratch = new Scratch();

  @Override
  public String description() {
    return "plain loops";
  }

  @Override
  public Scratch scratch() {
    return scratch;
  }

  @Override
  public ElementwiseBodies elementwise() {
    return new ScalarElementwise();
  }

  @Override
  public RowBodies rows() {
    return new ScalarRows();
  }

  @Override
  public ProductBodies products() {
    return new ScalarProducts();
  }

  @Override
  public SoftmaxBodies softmax() {
    return new ScalarSoftmax(ScalarProducts.LANES);
  }

  @Override
  public ConversionBodies conversions() {
    return new ScalarConversions();
  }
}
