package io.mla4j.flashmla;

class JavaIndexerTest extends IndexerSuite {

  @Override
  FlashMla start(int threads) {
    return FlashMla.startInJava(threads);
  }
}
