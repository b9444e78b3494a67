package io.mla4j.flashmla;

class NativeSparsePrefillTest extends SparsePrefillSuite {

  @Override
  FlashMla start(int threads) {
    return startInC(threads);
  }
}
