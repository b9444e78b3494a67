package io.mla4j.flashmla;

class NativeIndexerTest extends IndexerSuite {

  @Override
  FlashMla start(int threads) {
    return startInC(threads);
  }
}
