package io.mla4j.kernels;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.vector.VectorKernels;

class VectorElementsTest extends KernelsSuite {

  @Override
  KernelBodies bodies() {
    return new VectorKernels();
  }
}
