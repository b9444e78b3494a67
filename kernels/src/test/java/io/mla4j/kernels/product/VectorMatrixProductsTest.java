package io.mla4j.kernels.product;

import io.mla4j.kernels.choice.KernelChoice;

class VectorMatrixProductsTest extends MatrixProductsSuite {

  @Override
  ProductBody body() {
    return MatrixProducts.inJava(new KernelChoice(true, false, "a test asks for it"));
  }
}
