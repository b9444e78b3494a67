package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.NativeKernels;
import org.junit.jupiter.api.Test;

/** Every level has a C twin of everything, so that no test of them runs Java unnoticed. */
class NativeTwinsTest {

  @Test
  void everyFormatHasOne() {
    NativeKernels kernels = NativeKernels.get();
    assumeTrue(kernels.isAvailable(), kernels.description());
    try (FlashMla mla = FlashMla.start(1)) {
      for (CacheFormat format : CacheFormat.values()) {
        assertEquals(kernels.description(), mla.description(format), "decode of " + format);
      }
      for (ElementType type : ElementType.values()) {
        assertEquals(kernels.description(), mla.description(type), "prefill of " + type);
      }
    }
  }
}
