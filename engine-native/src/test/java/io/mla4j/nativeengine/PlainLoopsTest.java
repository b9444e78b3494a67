package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The engine without the Vector API gives the numbers it gives with it. */
class PlainLoopsTest extends EngineTestCase {

  @Test
  void bothKindsOfKernelsAgree() {
    System.setProperty(KernelChoice.PROPERTY, "plain");
    try {
      NativeEngineProvider provider = new NativeEngineProvider();
      String details = String.join(" ", provider.details());
      assertTrue(details.contains("Kernels: plain loops."), details);
      Engine plain = provider.start(EngineOptions.defaults());
      float[] x = gaussian(DType.FLOAT32, 2, 33, 24).toFloats();
      float[] w = gaussian(DType.FLOAT32, 24, 24).toFloats();
      assertClose(block(ENGINE, x, w), block(plain, x, w), 1e-5);
    } finally {
      System.clearProperty(KernelChoice.PROPERTY);
    }
  }

  private static Tensor block(Engine engine, float[] elements, float[] weights) {
    Tensor x = engine.ofFloats(elements, 2, 33, 24);
    Tensor weight = engine.ofFloats(weights, 24, 24);
    Tensor norm = weight.narrow(0, 0, 1).reshape(24);
    Tensor heads = engine.linear(engine.rmsNorm(x, norm, 1e-6), weight, Optional.of(norm));
    heads = heads.reshape(2, 33, 3, 8);
    Tensor mixed = engine.attention(heads, heads, heads, AttentionMask.CAUSAL, 0.3);
    Tensor gated = engine.gelu(mixed).mul(engine.silu(mixed)).add(heads.tanh());
    return engine.layerNorm(gated.reshape(2, 33, 24), norm, norm, 1e-5).softmax().logSoftmax();
  }
}
