package io.mla4j.data.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

/**
 * Loads the native library from the class path. DJL's own front class is passed by: it calls home
 * when it starts, and it copies eight arrays for every text where the ids are enough.
 */
final class NativeTokenizers {

  static {
    // Read while DJL loads: without them it asks for a CUDA build over the network where it sees a
    // GPU.
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("RUST_FLAVOR", "cpu");
    LibUtils.checkStatus();
  }

  private NativeTokenizers() {}

  static TokenizersLibrary library() {
    return TokenizersLibrary.LIB;
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }
}
