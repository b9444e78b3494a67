package io.mla4j.kernels;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.scalar.ScalarKernels;

class ScalarElementsTest extends KernelsSuite {

  @Override
  KernelBodies bodies() {
    return new ScalarKernels();
  }
}
