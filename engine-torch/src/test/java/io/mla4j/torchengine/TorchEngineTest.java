package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorchEngineTest {

  private final Engine engine =
      Engines.start("torch", new EngineOptions(io.mla4j.tensor.Device.CPU, 2));
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void createsAndReadsEveryType() {
    for (DType dtype : DType.values()) {
      Tensor ones = engine.full(dtype, 1, 2, 3);
      assertEquals(dtype, ones.dtype());
      assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, ones.toDoubles());
    }
    assertEquals(0, engine.full(DType.FLOAT32, 2.5).shape().rank());
    assertEquals(2.5, engine.full(DType.FLOAT32, 2.5).item());
    assertArrayEquals(new long[] {3, 4, 5}, engine.arange(3, 6).toLongs());
    assertArrayEquals(
        new long[] {1, 0, 1}, engine.ofBooleans(new boolean[] {true, false, true}, 3).toLongs());
  }

  @Test
  void keepsGradientsAndForgetsThem() {
    Tensor x = engine.ofFloats(new float[] {1, 2, 3}, 3).requiresGrad(true);
    x.square().sum().backward();
    assertArrayEquals(new float[] {2, 4, 6}, x.grad().orElseThrow().toFloats());
    x.square().sum().backward();
    assertArrayEquals(new float[] {4, 8, 12}, x.grad().orElseThrow().toFloats());
    x.clearGrad();
    assertTrue(x.grad().isEmpty());
  }

  @Test
  void recordsNoGraphUnderTheGuard() {
    Tensor x = engine.ofFloats(new float[] {1}, 1).requiresGrad(true);
    try (Engine.Guard guard = engine.noGrad()) {
      assertFalse(x.mul(2).requiresGrad());
    }
    assertTrue(x.mul(2).requiresGrad());
  }

  @Test
  void theSameSeedDropsTheSameElements() {
    Tensor x = engine.full(DType.FLOAT32, 1, 1000);
    engine.seed(7);
    float[] first = engine.dropout(x, 0.5).toFloats();
    float[] second = engine.dropout(x, 0.5).toFloats();
    engine.seed(7);
    assertArrayEquals(first, engine.dropout(x, 0.5).toFloats());
    assertFalse(java.util.Arrays.equals(first, second));
  }

  @Test
  void freedTensorsRefuseWithASentence() {
    Tensor inner;
    try (TensorScope nested = TensorScope.open()) {
      inner = engine.full(DType.FLOAT32, 1, 2);
    }
    IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> inner.mul(2));
    assertTrue(refusal.getMessage().contains("scope is closed"), refusal.getMessage());
  }

  @Test
  void wrongShapesAreOneSentence() {
    Tensor a = engine.zeros(DType.FLOAT32, 2, 3);
    Tensor b = engine.zeros(DType.FLOAT32, 2, 3);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> a.matmul(b));
    assertEquals(1, refusal.getMessage().lines().count(), refusal.getMessage());
  }
}
