package io.mla4j.kernels.paged;

import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.kernels.thread.KernelThreads;

class VectorPagedAttentionTest extends PagedAttentionSuite {

  @Override
  PagedAttention attention(KernelThreads shared) {
    KernelChoice choice = new KernelChoice(true, false, "a test asks for it");
    return new PagedAttention(choice.bodies(), shared, false);
  }
}
