package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.AdamWUpdate;
import io.mla4j.tensor.operation.ClipGradients;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Updates and clipping by libtorch's operators against their definitions. */
class OptimizerOperationsTest {

  private final Engine engine = Engines.start("torch");
  private final Engine definitions = new DefaultBodies(engine);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor numbers(DType dtype, double frequency, long... shape) {
    long size = io.mla4j.tensor.Shape.of(shape).size();
    Tensor all = engine.arange(1, size + 1).cast(DType.FLOAT64).mul(frequency).sin();
    return all.reshape(shape).cast(dtype);
  }

  /** Parameters of odd sizes and layouts, the last without a gradient. */
  private List<Tensor> parameters(DType dtype) {
    List<Tensor> all = new ArrayList<>();
    for (long[] shape : new long[][] {{7, 33}, {1}, {5}, {3, 4, 2}, {2, 2}}) {
      all.add(numbers(dtype, 0.7, shape).requiresGrad(true));
    }
    all.add(numbers(dtype, 0.3, 6, 5).transpose(0, 1).detach().requiresGrad(true));
    Tensor loss = engine.zeros(DType.FLOAT32);
    for (int i = 0; i < all.size(); i++) {
      if (i != 4) {
        Tensor wide = all.get(i).cast(DType.FLOAT32);
        loss = loss.add(wide.mul(numbers(DType.FLOAT32, 1.3 + i, wide.shape().toArray())).sum());
      }
    }
    loss.backward();
    return all;
  }

  private List<Tensor> zeros(List<Tensor> like, DType dtype) {
    return like.stream().map(p -> engine.zeros(dtype, p.shape().toArray())).toList();
  }

  private static void same(List<Tensor> expected, List<Tensor> actual, double tolerance) {
    for (int i = 0; i < expected.size(); i++) {
      double[] want = expected.get(i).detach().toDoubles();
      assertArrayEquals(want, actual.get(i).detach().toDoubles(), tolerance, "tensor " + i);
    }
  }

  private void sameSteps(DType dtype, DType moments, double tolerance) {
    List<Tensor> fused = parameters(dtype);
    List<Tensor> plain = parameters(dtype);
    List<List<Tensor>> of = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      of.add(zeros(fused, moments));
    }
    for (long step = 1; step <= 5; step++) {
      AdamWStep settings = new AdamWStep(0.01, 0.9, 0.99, 1e-6, 0.1, step);
      int moved = engine.run(new AdamWUpdate(fused, of.get(0), of.get(1), settings));
      assertEquals(5, moved);
      assertEquals(5, definitions.run(new AdamWUpdate(plain, of.get(2), of.get(3), settings)));
    }
    same(plain, fused, tolerance);
    same(of.get(2), of.get(0), moments == DType.FLOAT64 ? 1e-13 : 1e-6);
    same(of.get(3), of.get(1), moments == DType.FLOAT64 ? 1e-13 : 1e-6);
    same(List.of(numbers(dtype, 0.7, 2, 2)), List.of(fused.get(4)), 0);
    assertEquals(dtype, fused.get(0).dtype());
  }

  @Test
  void updatesAreThoseOfTheDefinition() {
    sameSteps(DType.FLOAT64, DType.FLOAT64, 1e-13);
    sameSteps(DType.FLOAT32, DType.FLOAT32, 1e-6);
    // Both round to bf16 once a step: an element may fall to either side, 2^-8 apart.
    sameSteps(DType.BF16, DType.FLOAT32, 1 / 256.0);
  }

  @Test
  void sixteenBitParametersKeepTheirMomentsInFloat32() {
    Tensor p = engine.full(DType.BF16, 1, 3).requiresGrad(true);
    p.cast(DType.FLOAT32).mul(1.001).sum().backward();
    List<Tensor> m = List.of(engine.zeros(DType.FLOAT32, 3));
    List<Tensor> v = List.of(engine.zeros(DType.FLOAT32, 3));
    engine.run(new AdamWUpdate(List.of(p), m, v, new AdamWStep(0.5, 0.9, 0.999, 1e-8, 0, 1)));
    assertArrayEquals(new double[] {0.5, 0.5, 0.5}, p.detach().toDoubles());
    double gradient = p.grad().orElseThrow().toDoubles()[0];
    assertEquals(0.1 * gradient, m.get(0).toDoubles()[0], 1e-8);
    assertEquals(0.001 * gradient * gradient, v.get(0).toDoubles()[0], 1e-9);
  }

  @Test
  void normsAndClippingAreThoseOfTheDefinition() {
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32, DType.BF16)) {
      for (double limit : new double[] {0.5, 1e6, Double.POSITIVE_INFINITY, 0}) {
        List<Tensor> fused = parameters(dtype);
        List<Tensor> plain = parameters(dtype);
        double norm = definitions.run(new ClipGradients(plain, limit));
        assertEquals(norm, engine.run(new ClipGradients(fused, limit)), 1e-6 * norm);
        same(gradients(plain), gradients(fused), dtype == DType.BF16 ? 1e-3 : 1e-6);
        double after = engine.run(new ClipGradients(fused, Double.POSITIVE_INFINITY));
        assertEquals(Math.min(norm, limit), after, dtype == DType.BF16 ? 0.01 : 1e-5);
      }
    }
    assertEquals(0, engine.run(new ClipGradients(List.of(), 1)));
    assertThrows(IllegalArgumentException.class, () -> new ClipGradients(List.of(), Double.NaN));
  }

  private static List<Tensor> gradients(List<Tensor> parameters) {
    return parameters.stream().flatMap(p -> p.grad().stream()).toList();
  }

  @Test
  void gradientsWithoutFiniteNormAreLeftAlone() {
    for (Engine on : List.of(engine, definitions)) {
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        Tensor p = engine.full(DType.FLOAT32, 1, 2).requiresGrad(true);
        p.mul(engine.ofFloats(new float[] {3, (float) bad}, 2)).sum().backward();
        double norm = on.run(new ClipGradients(List.of(p), 1));
        assertEquals(bad, norm);
        assertArrayEquals(new double[] {3, bad}, p.grad().orElseThrow().toDoubles());
      }
    }
  }

  @Test
  void memoryStaysFlat() {
    Tensor p = engine.full(DType.BF16, 1, 400, 400).requiresGrad(true); // 640 kB in float32
    p.cast(DType.FLOAT32).square().sum().backward();
    List<Tensor> m = List.of(engine.zeros(DType.FLOAT32, 400, 400));
    List<Tensor> v = List.of(engine.zeros(DType.FLOAT32, 400, 400));
    long before = 0;
    for (int step = 1; step <= 250; step++) {
      engine.run(new ClipGradients(List.of(p), 1));
      engine.run(
          new AdamWUpdate(List.of(p), m, v, new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.1, step)));
      if (step == 50) {
        before = Pointer.physicalBytes();
      }
    }
    double grown = (Pointer.physicalBytes() - before) / 1e6; // one copy a step is 128 MB
    assertTrue(grown < 60, grown + " MB");
  }
}
