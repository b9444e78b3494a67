package io.mla4j.kernels;

class NativeElementsTest extends KernelsSuite {

  @Override
  KernelBodies bodies() {
    return new NativeBodies(new ScalarKernels());
  }
}
