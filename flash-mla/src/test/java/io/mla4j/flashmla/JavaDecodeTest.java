package io.mla4j.flashmla;

class JavaDecodeTest extends DecodeSuite {

  @Override
  FlashMla start(int threads) {
    return FlashMla.startInJava(threads);
  }
}
