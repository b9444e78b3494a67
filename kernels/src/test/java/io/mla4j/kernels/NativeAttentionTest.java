package io.mla4j.kernels;

import org.junit.jupiter.api.Assumptions;

class NativeAttentionTest extends AttentionSuite {

  @Override
  KernelBodies bodies() {
    KernelBodies bodies = new NativeBodies(new ScalarKernels());
    Assumptions.assumeTrue(bodies.attention().isPresent());
    return bodies;
  }
}
