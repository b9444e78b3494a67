package io.mla4j.flashmla;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.verification.DecodeCase;
import org.junit.jupiter.api.Test;

class NativeDecodeTest extends DecodeSuite {

  @Override
  FlashMla start(int threads) {
    return startInC(threads);
  }

  /** Runs of tokens of a float32 cache, which only the C twin takes as such. */
  @Test
  void someOfFloat32() {
    check(
        sample(DecodeCase.formatGrid(CacheFormat.FLOAT32)).stream()
            .filter(point -> point.topK() == 0 && point.tokens() < 1000)
            .toList());
  }
}
