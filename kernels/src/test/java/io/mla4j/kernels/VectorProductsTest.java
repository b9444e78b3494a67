package io.mla4j.kernels;

class VectorProductsTest extends ProductsSuite {

  @Override
  KernelBodies bodies() {
    return new VectorKernels();
  }
}
