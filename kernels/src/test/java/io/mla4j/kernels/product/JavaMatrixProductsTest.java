package io.mla4j.kernels.product;

class JavaMatrixProductsTest extends MatrixProductsSuite {

  @Override
  ProductBody body() {
    return new JavaProduct();
  }
}
