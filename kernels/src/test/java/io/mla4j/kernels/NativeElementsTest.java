package io.mla4j.kernels;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.c.NativeBodies;
import io.mla4j.kernels.scalar.ScalarKernels;

class NativeElementsTest extends KernelsSuite {

  @Override
  KernelBodies bodies() {
    return new NativeBodies(new ScalarKernels());
  }
}
