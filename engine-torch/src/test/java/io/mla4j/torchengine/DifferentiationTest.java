package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backward passes, hooks on gradients, and the gradients of primitives. */
class DifferentiationTest {

  private final TorchEngine engine =
      (TorchEngine) new TorchEngineProvider().start(new EngineOptions(Device.CPU, 2));
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor leaf(double... elements) {
    return engine.ofDoubles(elements, elements.length).requiresGrad(true);
  }

  private static double[] gradient(Tensor leaf) {
    return leaf.grad().orElseThrow().toDoubles();
  }

  @Test
  void backwardFromAGivenGradient() {
    Tensor x = leaf(1, 2, 3);
    x.square().backward(engine.ofDoubles(new double[] {1, 0, -2}, 3));
    assertArrayEquals(new double[] {2, 0, -12}, gradient(x));
    Tensor y = x.square();
    assertThrows(
        IllegalArgumentException.class, () -> y.backward(engine.zeros(DType.FLOAT64, 1, 3)));
    assertThrows(IllegalArgumentException.class, () -> y.backward(engine.zeros(DType.FLOAT32, 3)));
    assertThrows(IllegalArgumentException.class, y::backward); // no scalar
  }

  @Test
  void hooksSeeAndChangeGradients() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(3);
    List<double[]> seen = new ArrayList<>();
    Engine.Guard ofLeaf =
        x.onGradient(
            g -> {
              seen.add(g.toDoubles());
              return g;
            });
    Engine.Guard inside = y.onGradient(g -> g.mul(10));
    System.gc();
    y.square().sum().backward();
    assertArrayEquals(new double[] {180, 360}, seen.get(0));
    assertArrayEquals(new double[] {180, 360}, gradient(x));
    inside.close();
    ofLeaf.close();
    ofLeaf.close(); // does nothing
    x.clearGrad();
    x.mul(3).square().sum().backward();
    assertEquals(1, seen.size());
    assertArrayEquals(new double[] {18, 36}, gradient(x));
    assertEquals(0, engine.graph().size());
    assertThrows(
        IllegalStateException.class, () -> x.detach().onGradient(UnaryOperator.identity()));
  }

  @Test
  void hooksKeepWhatTheyThrow() {
    Tensor x = leaf(1, 2);
    RuntimeException own = new UnsupportedOperationException("not this one");
    try (Engine.Guard guard =
        x.onGradient(
            g -> {
              throw own;
            })) {
      Throwable thrown =
          assertThrows(IllegalStateException.class, () -> x.square().sum().backward());
      assertSame(own, thrown.getCause());
    }
    try (Engine.Guard guard = x.onGradient(g -> g.cast(DType.FLOAT32))) {
      Throwable thrown =
          assertThrows(IllegalStateException.class, () -> x.square().sum().backward());
      assertTrue(thrown.getMessage().contains("gave FLOAT32 [2]"), thrown.getMessage());
    }
    x.square().sum().backward();
    assertArrayEquals(new double[] {2, 4}, gradient(x));
  }

  @Test
  void inferenceRecordsNothing() {
    Tensor x = leaf(1, 2);
    Tensor made;
    try (Engine.Guard guard = engine.inference()) {
      made = x.mul(2);
      assertFalse(made.requiresGrad());
    }
    assertTrue(x.mul(2).requiresGrad());
    assertArrayEquals(new double[] {2, 4}, made.toDoubles());
    assertThrows(RuntimeException.class, () -> x.mul(made).sum().backward());
  }

  /** The gradients of primitives in float64 against finite differences. */
  @Test
  void gradientsOfPrimitives() {
    Tensor order = engine.ofLongs(new long[] {2, 0, 3}, 3);
    Tensor other = engine.ofDoubles(new double[] {0.1, 0.2, -0.3, 0.7}, 4);
    check(x -> x.abs());
    check(x -> x.clamp(-0.5, 0.5));
    check(x -> x.square().add(1).pow(1.5));
    check(x -> x.maximum(other).add(x.minimum(other).mul(2)));
    check(x -> x.cumulativeSum(0));
    check(x -> x.min(0).add(x.max(0)));
    check(x -> x.sort(0, true).values());
    check(x -> x.topK(2).values());
    check(x -> x.indexAdd(0, order, x.narrow(0, 0, 3).square()));
    check(x -> x.indexCopy(0, order, x.narrow(0, 0, 3).square()));
    check(x -> x.scatter(0, order, x.narrow(0, 1, 3).square()));
    check(x -> x.scatterAdd(0, order, x.narrow(0, 1, 3).square()));
    check(x -> engine.stack(List.of(x, x.square()), 1));
    check(x -> x.where(x.gt(0), 2));
  }

  private void check(UnaryOperator<Tensor> function) {
    double[] at = {0.9, -0.4, 0.3, -1.2};
    Tensor x = leaf(at);
    weighted(function.apply(x)).backward();
    double[] gradient = gradient(x);
    for (int i = 0; i < at.length; i++) {
      double slope = (moved(function, at, i, 1e-6) - moved(function, at, i, -1e-6)) / 2e-6;
      assertEquals(slope, gradient[i], 1e-8 * Math.max(1, Math.abs(slope)));
    }
  }

  private double moved(UnaryOperator<Tensor> function, double[] at, int index, double change) {
    double[] elements = at.clone();
    elements[index] += change;
    return weighted(function.apply(engine.ofDoubles(elements, elements.length))).item();
  }

  private Tensor weighted(Tensor y) {
    Tensor weights = engine.arange(1, y.shape().size() + 1).cast(DType.FLOAT64);
    return y.reshape(-1).mul(weights).sum();
  }
}
