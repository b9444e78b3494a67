package io.mla4j.kernels.paged;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.KernelChoice;
import io.mla4j.kernels.KernelThreads;
import io.mla4j.kernels.nativecode.NativeKernels;

class NativePagedAttentionTest extends PagedAttentionSuite {

  @Override
  PagedAttention attention(KernelThreads shared) {
    NativeKernels c = NativeKernels.get();
    assumeTrue(c.isAvailable(), c::description);
    KernelChoice plain = new KernelChoice(false, false, "a test asks for it");
    return new PagedAttention(plain.bodies(), shared, true);
  }
}
