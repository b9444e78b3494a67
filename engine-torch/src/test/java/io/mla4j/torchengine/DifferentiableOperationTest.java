package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Differentiable;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations with a backward of their own as nodes of libtorch's graph. */
class DifferentiableOperationTest {

  private final TorchEngine engine =
      (TorchEngine) new TorchEngineProvider().start(new EngineOptions(Device.CPU, 2));
  private final Engine oracle = new DefaultBodies(engine);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** {@code x · b²} with rows b that repeat, computed in plain Java. */
  private record Weighted(Tensor x, Tensor b) implements Differentiable {

    @Override
    public Tensor definition(Engine engine) {
      return x.mul(b).mul(b);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x, b);
    }

    @Override
    public Forward forward(Engine engine) {
      double[] values = x.toDoubles();
      double[] row = b.toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] *= row[i % row.length] * row[i % row.length];
      }
      Tensor output = engine.ofDoubles(values, x.shape().toArray()).cast(x.dtype());
      return new Forward(output, List.of(x, b));
    }

    @Override
    public List<Optional<Tensor>> backward(
        Engine engine, Tensor gradient, List<Tensor> saved, List<Boolean> needed) {
      double[] g = gradient.toDoubles();
      double[] values = saved.get(0).toDoubles();
      double[] row = saved.get(1).toDoubles();
      double[] ofX = new double[values.length];
      double[] ofB = new double[row.length];
      for (int i = 0; i < values.length; i++) {
        int column = i % row.length;
        ofX[i] = g[i] * row[column] * row[column];
        ofB[column] += 2 * g[i] * values[i] * row[column];
      }
      return List.of(like(engine, ofX, saved.get(0)), like(engine, ofB, saved.get(1)));
    }

    private static Optional<Tensor> like(Engine engine, double[] values, Tensor other) {
      return Optional.of(engine.ofDoubles(values, other.shape().toArray()).cast(other.dtype()));
    }
  }

  /** What a test makes of a backward. */
  private interface Backward {
    List<Optional<Tensor>> run(Tensor gradient, List<Boolean> needed);
  }

  /** The identity with a backward of the test's choice. */
  private record Identity(Tensor x, Tensor y, Backward chosen) implements Differentiable {

    @Override
    public Tensor definition(Engine engine) {
      return x.mul(1);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x, y);
    }

    @Override
    public Forward forward(Engine engine) {
      return new Forward(x, List.of()); // its own input: the engine must copy it
    }

    @Override
    public List<Optional<Tensor>> backward(
        Engine engine, Tensor gradient, List<Tensor> saved, List<Boolean> needed) {
      return chosen.run(gradient, needed);
    }
  }

  private Tensor numbers(DType dtype, long... shape) {
    long size = io.mla4j.tensor.Shape.of(shape).size();
    return engine.arange(1, size + 1).cast(DType.FLOAT64).sin().reshape(shape).cast(dtype);
  }

  private Tensor leaf(DType dtype, long... shape) {
    return numbers(dtype, shape).requiresGrad(true);
  }

  /** A small network around the operation, so that gradients come from and go to other nodes. */
  private static Tensor network(Engine on, Tensor x, Tensor w, Tensor b) {
    Tensor hidden = on.run(new Weighted(x.matmul(w).tanh(), b));
    Tensor again = on.run(new Weighted(hidden.exp(), b));
    return again.mul(hidden).sum();
  }

  private List<double[]> gradients(Engine on, DType dtype) {
    List<Tensor> leaves = List.of(leaf(dtype, 5, 3), leaf(dtype, 3, 4), leaf(dtype, 4));
    network(on, leaves.get(0), leaves.get(1), leaves.get(2)).backward();
    List<double[]> all = new ArrayList<>();
    leaves.forEach(leaf -> all.add(leaf.grad().orElseThrow().toDoubles()));
    return all;
  }

  @Test
  void gradientsAreThoseOfTheDefinition() {
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      List<double[]> own = gradients(engine, dtype);
      List<double[]> plain = gradients(oracle, DType.FLOAT64);
      for (int i = 0; i < plain.size(); i++) {
        assertArrayEquals(plain.get(i), own.get(i), dtype == DType.FLOAT64 ? 1e-12 : 2e-5);
      }
    }
    assertEquals(0, engine.graph().size());
  }

  @Test
  void threadsDifferentiateAtOnce() throws Exception {
    List<double[]> expected = gradients(engine, DType.FLOAT64);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(() -> repeat(expected)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertEquals(0, engine.graph().size());
  }

  private void repeat(List<double[]> expected) {
    for (int i = 0; i < 40; i++) {
      try (TensorScope inner = TensorScope.open()) {
        List<double[]> own = gradients(engine, DType.FLOAT64);
        for (int k = 0; k < own.size(); k++) {
          assertArrayEquals(expected.get(k), own.get(k), 1e-12);
        }
      }
    }
  }

  @Test
  void gradientsAreFiniteDifferences() {
    double[] at = {0.3, -0.8, 1.1, 0.6};
    Tensor b = engine.ofDoubles(at, 4).requiresGrad(true);
    network(engine, numbers(DType.FLOAT64, 5, 3), numbers(DType.FLOAT64, 3, 4), b).backward();
    double[] gradient = b.grad().orElseThrow().toDoubles();
    for (int i = 0; i < at.length; i++) {
      double slope = (lossAt(at, i, 1e-6) - lossAt(at, i, -1e-6)) / 2e-6;
      assertEquals(slope, gradient[i], 1e-7 * Math.max(1, Math.abs(slope)));
    }
  }

  private double lossAt(double[] at, int index, double change) {
    double[] moved = at.clone();
    moved[index] += change;
    return network(
            engine,
            numbers(DType.FLOAT64, 5, 3),
            numbers(DType.FLOAT64, 3, 4),
            engine.ofDoubles(moved, 4))
        .item();
  }

  @Test
  void trains() {
    Tensor b = engine.full(DType.FLOAT32, 0.5, 4).requiresGrad(true);
    Tensor x = engine.full(DType.FLOAT32, 1, 3, 4);
    Tensor target = engine.full(DType.FLOAT32, 2, 3, 4);
    double loss = 0;
    for (int step = 0; step < 200; step++) {
      try (TensorScope inner = TensorScope.open()) {
        Tensor error = engine.run(new Weighted(x, b)).sub(target).square().sum();
        error.backward();
        loss = error.item();
        b.copyInPlace(b.detach().sub(b.grad().orElseThrow().mul(0.01)));
        b.clearGrad();
      }
    }
    assertEquals(0, loss, 1e-8);
    assertArrayEquals(
        new float[] {1.4142135f, 1.4142135f, 1.4142135f, 1.4142135f}, b.toFloats(), 1e-5f);
  }

  @Test
  void scalarsAndInputsThatNeedNoGradient() {
    Tensor b = engine.full(DType.FLOAT64, 3).requiresGrad(true);
    Tensor result = engine.run(new Weighted(engine.full(DType.FLOAT64, 2), b));
    assertEquals(0, result.shape().rank());
    result.backward();
    assertEquals(12, b.grad().orElseThrow().item(), 1e-12);
    List<List<Boolean>> asked = new ArrayList<>();
    Tensor y = engine.full(DType.FLOAT64, 1, 2).requiresGrad(true);
    Tensor out =
        engine.run(
            new Identity(
                engine.full(DType.FLOAT64, 1, 2),
                y,
                (gradient, needed) -> {
                  asked.add(needed);
                  return List.of(Optional.empty(), Optional.of(gradient.mul(5)));
                }));
    out.sum().backward();
    assertEquals(List.of(List.of(false, true)), asked);
    assertArrayEquals(new double[] {5, 5}, y.grad().orElseThrow().toDoubles());
  }

  @Test
  void withoutGraphNothingIsRecorded() {
    Tensor x = leaf(DType.FLOAT64, 2, 3);
    Tensor b = numbers(DType.FLOAT64, 3);
    try (Engine.Guard guard = engine.noGrad()) {
      assertFalse(engine.run(new Weighted(x, b)).requiresGrad());
    }
    assertFalse(engine.run(new Weighted(x.detach(), b)).requiresGrad());
    assertTrue(engine.run(new Weighted(x, b)).requiresGrad());
    assertEquals(1, engine.graph().size());
  }

  @Test
  void anOutputThatIsAnInputIsCopied() {
    Tensor x = leaf(DType.FLOAT64, 2);
    Tensor y = leaf(DType.FLOAT64, 2);
    Backward plain = (gradient, needed) -> List.of(Optional.of(gradient), Optional.empty());
    Tensor squared = x.square();
    Tensor out = engine.run(new Identity(squared, y, plain));
    out.mul(squared.exp()).sum().backward(); // squared was saved by exp's product
    double[] at = x.toDoubles();
    double[] expected = new double[2];
    for (int i = 0; i < 2; i++) {
      double s = at[i] * at[i];
      expected[i] = (Math.exp(s) + s * Math.exp(s)) * 2 * at[i];
    }
    assertArrayEquals(expected, x.grad().orElseThrow().toDoubles(), 1e-12);
    assertTrue(y.grad().isEmpty());
  }

  private Throwable failure(Backward backward) {
    Tensor x = leaf(DType.FLOAT32, 2, 3);
    Tensor out = engine.run(new Identity(x.mul(1), x, backward));
    Throwable thrown = assertThrows(Throwable.class, () -> out.mul(2).sum().backward());
    assertEquals(0, engine.graph().size());
    gradientsAreThoseOfTheDefinition(); // the engine is usable afterwards
    return thrown;
  }

  @Test
  void whatABackwardThrowsIsKept() {
    RuntimeException own = new UnsupportedOperationException("no gradient today");
    Throwable thrown =
        failure(
            (gradient, needed) -> {
              throw own;
            });
    assertSame(own, thrown.getCause());
    assertTrue(thrown.getMessage().contains("no gradient today"), thrown.getMessage());
    Error error = new AssertionError("an error");
    assertSame(
        error,
        failure(
            (gradient, needed) -> {
              throw error;
            }));
  }

  @Test
  void wrongGradientsAreRefused() {
    Throwable shape =
        failure((g, needed) -> List.of(Optional.of(g.reshape(3, 2)), Optional.empty()));
    assertTrue(shape.getMessage().contains("gave FLOAT32 [3, 2]"), shape.getMessage());
    Throwable type =
        failure((g, needed) -> List.of(Optional.of(g.cast(DType.FLOAT64)), Optional.empty()));
    assertTrue(type.getMessage().contains("gave FLOAT64 [2, 3]"), type.getMessage());
    Throwable count = failure((g, needed) -> List.of(Optional.of(g)));
    assertTrue(count.getMessage().contains("1 gradients for 2 inputs"), count.getMessage());
  }

  @Test
  void savedTensorsMustNotChange() {
    Tensor b = numbers(DType.FLOAT64, 3);
    Tensor out = engine.run(new Weighted(leaf(DType.FLOAT64, 2, 3), b)).sum();
    b.copyInPlace(engine.zeros(DType.FLOAT64, 3));
    Throwable thrown = assertThrows(IllegalStateException.class, out::backward);
    assertTrue(thrown.getMessage().contains("changed in place"), thrown.getMessage());
  }

  /** Chains that outlive garbage collections, since JavaCPP holds hooks weakly. */
  @Test
  void manyNodesSurviveTheCollector() {
    Tensor x = leaf(DType.FLOAT64, 2, 3);
    Tensor unit = engine.full(DType.FLOAT64, 1, 3);
    BiFunction<Engine, Tensor, Tensor> chain =
        (on, start) -> {
          Tensor end = start;
          for (int i = 0; i < 300; i++) {
            end = on.run(new Weighted(end, unit.add(1e-3 * i)));
            if (i % 100 == 0) {
              System.gc();
            }
          }
          return end.sum();
        };
    Tensor loss = chain.apply(engine, x.mul(1e-30));
    System.gc();
    loss.backward();
    double[] own = x.grad().orElseThrow().toDoubles();
    x.clearGrad();
    chain.apply(oracle, x.mul(1e-30)).backward();
    double[] plain = x.grad().orElseThrow().toDoubles();
    for (int i = 0; i < plain.length; i++) {
      assertEquals(1, own[i] / plain[i], 1e-10);
    }
  }

  @Test
  void memoryStaysFlatWhetherOrNotBackwardRuns() {
    Tensor b = engine.full(DType.FLOAT32, 1, 256).requiresGrad(true);
    Tensor x = engine.full(DType.FLOAT32, 1, 256, 256); // 256 kB
    long before = 0;
    for (int step = 0; step < 1200; step++) {
      try (TensorScope inner = TensorScope.open()) {
        Tensor y = engine.run(new Scaled(x, b, 1.0 + step));
        if (step % 2 == 0) {
          y.sum().backward();
          b.clearGrad();
        }
      }
      if (step == 200) {
        before = Pointer.physicalBytes();
      }
    }
    assertEquals(0, engine.graph().size());
    double grown = (Pointer.physicalBytes() - before) / 1e6; // 1,000 steps compute 256 MB twice
    assertTrue(grown < 120, grown + " MB");
  }

  /** {@code factor · x · b}, in tensors. */
  private record Scaled(Tensor x, Tensor b, double factor) implements Differentiable {

    @Override
    public Tensor definition(Engine engine) {
      return x.mul(b).mul(factor);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x, b);
    }

    @Override
    public Forward forward(Engine engine) {
      return new Forward(definition(engine), List.of(x.mul(factor)));
    }

    @Override
    public List<Optional<Tensor>> backward(
        Engine engine, Tensor gradient, List<Tensor> saved, List<Boolean> needed) {
      return List.of(Optional.empty(), Optional.of(gradient.mul(saved.get(0)).sum(0).squeeze(0)));
    }
  }
}
