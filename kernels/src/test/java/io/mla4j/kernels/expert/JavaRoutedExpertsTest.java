package io.mla4j.kernels.expert;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.product.MatrixProducts;

class JavaRoutedExpertsTest extends RoutedExpertsSuite {

  @Override
  Kernels kernels() {
    return Kernels.start(3);
  }

  @Override
  MatrixProducts products(Kernels kernels) {
    return MatrixProducts.inJavaOn(kernels.threads());
  }
}
