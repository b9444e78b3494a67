package io.mla4j.kernels.paged;

import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.kernels.thread.KernelThreads;

class ScalarPagedAttentionTest extends PagedAttentionSuite {

  @Override
  PagedAttention attention(KernelThreads shared) {
    KernelChoice choice = new KernelChoice(false, false, "a test asks for it");
    return new PagedAttention(choice.bodies(), shared, false);
  }
}
