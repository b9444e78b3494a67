package io.mla4j.kernels;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.vector.VectorKernels;

class VectorProductsTest extends ProductsSuite {

  @Override
  KernelBodies bodies() {
    return new VectorKernels();
  }
}
