package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.nativecode.NativeKernels;

class NativeSparsePrefillTest extends SparsePrefillSuite {

  @Override
  FlashMla start(int threads) {
    NativeKernels kernels = NativeKernels.get();
    assumeTrue(kernels.isAvailable(), kernels.description());
    return FlashMla.start(threads);
  }
}
