package io.mla4j.flashmla;

class NativePrefillTest extends PrefillSuite {

  @Override
  FlashMla start(int threads) {
    return startInC(threads);
  }
}
