package io.mla4j.kernels;

class VectorAttentionTest extends AttentionSuite {

  @Override
  KernelBodies bodies() {
    return new VectorKernels();
  }
}
