package io.mla4j.kernels;

class ScalarProductsTest extends ProductsSuite {

  @Override
  KernelBodies bodies() {
    return new ScalarKernels();
  }
}
