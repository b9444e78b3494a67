package io.mla4j.kernels;

class ScalarAttentionTest extends AttentionSuite {

  @Override
  KernelBodies bodies() {
    return new ScalarKernels();
  }
}
