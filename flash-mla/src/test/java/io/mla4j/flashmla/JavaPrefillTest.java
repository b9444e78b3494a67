package io.mla4j.flashmla;

class JavaPrefillTest extends PrefillSuite {

  @Override
  FlashMla start(int threads) {
    return FlashMla.startInJava(threads);
  }
}
