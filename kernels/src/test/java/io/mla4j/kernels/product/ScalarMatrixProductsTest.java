package io.mla4j.kernels.product;

import io.mla4j.kernels.choice.KernelChoice;

class ScalarMatrixProductsTest extends MatrixProductsSuite {

  @Override
  ProductBody body() {
    return MatrixProducts.inJava(new KernelChoice(false, false, "a test asks for it"));
  }
}
