package io.mla4j.kernels.product;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.Optional;

class NativeMatrixProductsTest extends MatrixProductsSuite {

  @Override
  ProductBody body() {
    Optional<NativeProduct> twin = NativeProduct.find();
    assumeTrue(twin.isPresent(), () -> NativeKernels.get().description());
    return twin.orElseThrow();
  }
}
