package io.mla4j.kernels;

class VectorElementsTest extends KernelsSuite {

  @Override
  KernelBodies bodies() {
    return new VectorKernels();
  }
}
