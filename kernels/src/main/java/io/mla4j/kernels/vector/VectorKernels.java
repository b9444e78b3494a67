package io.mla4j.kernels.vector;

import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.body.StripBodies;
import io.mla4j.kernels.memory.Scratch;

/** Loops written with the Vector API. Loaded only where its module is in the JVM. */
public final class VectorKernels implements KernelBodies {

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
