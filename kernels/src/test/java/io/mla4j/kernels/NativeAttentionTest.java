package io.mla4j.kernels;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.c.NativeBodies;
import io.mla4j.kernels.scalar.ScalarKernels;
import org.junit.jupiter.api.Assumptions;

class NativeAttentionTest extends AttentionSuite {

  @Override
  KernelBodies bodies() {
    KernelBodies bodies = new NativeBodies(new ScalarKernels());
    Assumptions.assumeTrue(bodies.attention().isPresent());
    return bodies;
  }
}
