package io.mla4j.kernels.body;

/** Loops over packed strips, all of the same width. */
public record StripBodies(ProductBodies products, SoftmaxBodies softmax) {

  public int lanes() {
    return products.lanes();
  }
}
