package io.mla4j.kernels;

class ScalarElementsTest extends KernelsSuite {

  @Override
  KernelBodies bodies() {
    return new ScalarKernels();
  }
}
