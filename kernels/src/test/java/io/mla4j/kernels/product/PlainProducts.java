package io.mla4j.kernels.product;

import io.mla4j.kernels.KernelChoice;
import io.mla4j.kernels.KernelThreads;

/** The Java twin of products, for tests of what is built on them. */
public final class PlainProducts {

  private PlainProducts() {}

  public static MatrixProducts on(KernelThreads threads) {
    return new MatrixProducts(
        threads, MatrixProducts.inJava(new KernelChoice(true, false, "a test asks for it")));
  }
}
