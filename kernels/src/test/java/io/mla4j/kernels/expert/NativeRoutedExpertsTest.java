package io.mla4j.kernels.expert;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.product.MatrixProducts;

class NativeRoutedExpertsTest extends RoutedExpertsSuite {

  @Override
  Kernels kernels() {
    return Kernels.start(3);
  }

  @Override
  MatrixProducts products(Kernels kernels) {
    assumeTrue(MatrixProducts.hasNativeTwin(), NativeKernels.get().description());
    return new MatrixProducts(kernels.threads());
  }
}
