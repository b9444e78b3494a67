package io.mla4j.kernels.scalar;

import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.memory.Scratch;

/** Plain loops, for a JVM without the Vector API. */
public final class ScalarKernels implements KernelBodies {

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
