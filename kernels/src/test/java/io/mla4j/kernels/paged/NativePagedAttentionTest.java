package io.mla4j.kernels.paged;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.thread.KernelThreads;

class NativePagedAttentionTest extends PagedAttentionSuite {

  @Override
  PagedAttention attention(KernelThreads shared) {
    NativeKernels c = NativeKernels.get();
    assumeTrue(c.isAvailable(), c::description);
    KernelChoice plain = new KernelChoice(false, false, "a test asks for it");
    return new PagedAttention(plain.bodies(), shared, true);
  }
}
