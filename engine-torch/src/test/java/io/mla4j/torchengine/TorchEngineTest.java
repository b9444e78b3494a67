package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
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
  void clipsTheJointNorm() {
    Tensor a = engine.ofFloats(new float[] {3}, 1).requiresGrad(true);
    Tensor b = engine.ofFloats(new float[] {4}, 1).requiresGrad(true);
    a.square().add(b.square()).mul(0.5).sum().backward();
    assertEquals(5, engine.clipGradNorm(List.of(a, b), 1), 1e-6);
    assertEquals(0.6, a.grad().orElseThrow().item(), 1e-6);
    assertEquals(0.8, b.grad().orElseThrow().item(), 1e-6);
  }

  @Test
  void adamWEqualsItsDefaultBody() {
    Engine plain = new DefaultBodies(engine);
    AdamWStep step = new AdamWStep(0.01, 0.9, 0.999, 1e-8, 0.1, 3);
    double[][] results = new double[2][];
    for (int i = 0; i < 2; i++) {
      Tensor p = engine.ofDoubles(new double[] {1, -2, 3}, 3).requiresGrad(true);
      p.square().sum().backward();
      Tensor m = engine.ofDoubles(new double[] {0.1, 0.2, 0.3}, 3);
      Tensor v = engine.ofDoubles(new double[] {0.01, 0.02, 0.03}, 3);
      (i == 0 ? engine : plain).adamW(List.of(p), List.of(m), List.of(v), step);
      results[i] = engine.concat(List.of(p.detach(), m, v), 0).toDoubles();
    }
    assertArrayEquals(results[1], results[0], 1e-14);
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
