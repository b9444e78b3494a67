package io.mla4j.kernels;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.scalar.ScalarKernels;

class ScalarProductsTest extends ProductsSuite {

  @Override
  KernelBodies bodies() {
    return new ScalarKernels();
  }
}
