package io.mla4j.flashmla;

class JavaSparsePrefillTest extends SparsePrefillSuite {

  @Override
  FlashMla start(int threads) {
    return FlashMla.startInJava(threads);
  }
}
