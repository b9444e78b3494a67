package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Autocast;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.Convolution;
import io.mla4j.tensor.operation.CrossEntropy;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a precision scope makes of each operation, and what attention of 16 bits computes. */
class AutocastTest {

  private final Engine engine = Engines.start("torch");
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor numbers(DType dtype, long... shape) {
    long size = io.mla4j.tensor.Shape.of(shape).size();
    Tensor all = engine.arange(1, size + 1).cast(DType.FLOAT64).mul(0.7).sin();
    return all.reshape(shape).cast(dtype);
  }

  /** Each operation as a function of one tensor [4, 4]. */
  private Map<Autocast, UnaryOperator<Tensor>> operations() {
    Map<Autocast, UnaryOperator<Tensor>> all = new EnumMap<>(Autocast.class);
    Tensor row = numbers(DType.FLOAT32, 4);
    Tensor labels = engine.ofLongs(new long[] {1, 0, 3, 2}, 4);
    all.put(Autocast.MATMUL, x -> x.matmul(numbers(DType.FLOAT32, 4, 4)));
    all.put(Autocast.LINEAR, x -> engine.linear(x, numbers(DType.FLOAT32, 4, 4), Optional.of(row)));
    all.put(
        Autocast.ATTENTION,
        x -> {
          Tensor heads = x.reshape(1, 4, 1, 4);
          return engine.attention(heads, heads, heads, AttentionMask.CAUSAL, 0.5);
        });
    all.put(
        Autocast.CONVOLUTION,
        x ->
            engine.run(
                Convolution.of(
                    x.reshape(1, 4, 4),
                    numbers(DType.FLOAT32, 2, 4, 3),
                    Optional.of(numbers(DType.FLOAT32, 2)),
                    1,
                    1)));
    all.put(Autocast.SOFTMAX, Tensor::softmax);
    all.put(Autocast.LOG_SOFTMAX, Tensor::logSoftmax);
    all.put(
        Autocast.CROSS_ENTROPY,
        x -> engine.run(CrossEntropy.mean(x, labels, Optional.of(row.abs()), 0.1)));
    all.put(Autocast.RMS_NORM, x -> engine.rmsNorm(x, row, 1e-6));
    all.put(Autocast.LAYER_NORM, x -> engine.layerNorm(x, row, row, 1e-6));
    all.put(Autocast.EXP, Tensor::exp);
    all.put(Autocast.LOG, x -> x.abs().log());
    all.put(Autocast.POW, x -> x.abs().pow(1.5));
    all.put(Autocast.SUM, x -> x.mean(1));
    all.put(Autocast.CUMULATIVE_SUM, x -> x.cumulativeSum(1));
    return all;
  }

  private static final EnumSet<Autocast> PRODUCTS =
      EnumSet.of(Autocast.MATMUL, Autocast.LINEAR, Autocast.ATTENTION, Autocast.CONVOLUTION);

  @Test
  void everyOperationOfTheListTakesItsType() {
    Map<Autocast, UnaryOperator<Tensor>> all = operations();
    assertEquals(EnumSet.allOf(Autocast.class), all.keySet());
    for (DType given : new DType[] {DType.FLOAT32, DType.BF16}) {
      Tensor x = numbers(given, 4, 4);
      all.forEach(
          (operation, function) -> {
            Tensor result;
            try (Engine.Guard guard = engine.autocast(DType.BF16)) {
              result = function.apply(x);
            }
            boolean product = PRODUCTS.contains(operation);
            assertEquals(
                product ? DType.BF16 : DType.FLOAT32, result.dtype(), operation.toString());
            double[] exact = function.apply(x.cast(DType.FLOAT32)).toDoubles();
            assertArrayEquals(exact, result.toDoubles(), product ? 0.03 : 0, operation.toString());
          });
    }
  }

  @Test
  void doublesAndOtherOperationsStayAsTheyAre() {
    Tensor exact = numbers(DType.FLOAT64, 4, 4);
    Tensor wide = numbers(DType.FLOAT32, 4, 4);
    Tensor narrow = wide.cast(DType.BF16);
    try (Engine.Guard guard = engine.autocast(DType.BF16)) {
      assertEquals(DType.FLOAT64, exact.matmul(exact).dtype());
      assertEquals(DType.FLOAT64, exact.softmax().dtype());
      assertEquals(DType.BF16, engine.silu(narrow).dtype());
      assertEquals(DType.BF16, narrow.mul(narrow).dtype());
      assertEquals(DType.FLOAT32, narrow.add(wide).dtype());
      assertEquals(DType.BF16, narrow.max(1).dtype());
      Tensor indices = engine.ofLongs(new long[] {1}, 1);
      Tensor row = narrow.narrow(0, 0, 1);
      assertEquals(DType.FLOAT32, wide.indexAdd(0, indices, row).dtype());
      assertEquals(Optional.of(DType.BF16), Autocast.current());
    }
    assertEquals(Optional.empty(), Autocast.current());
    assertEquals(DType.FLOAT32, wide.matmul(wide).dtype());
    assertThrows(IllegalArgumentException.class, () -> engine.autocast(DType.FLOAT64));
    assertThrows(IllegalArgumentException.class, () -> engine.autocast(DType.FLOAT16));
  }

  /** A cache of converted weights would give the old weight's product. */
  @Test
  void weightsThatMovedInPlaceCount() {
    Tensor weight = engine.full(DType.FLOAT32, 1, 2, 2).requiresGrad(true);
    Tensor x = engine.full(DType.FLOAT32, 1, 1, 2);
    try (Engine.Guard guard = engine.autocast(DType.BF16)) {
      Tensor y = engine.linear(x, weight, Optional.empty());
      weight.copyInPlace(engine.full(DType.FLOAT32, 3, 2, 2));
      assertArrayEquals(new double[] {2, 2}, y.toDoubles());
      assertArrayEquals(
          new double[] {6, 6}, engine.linear(x, weight, Optional.empty()).toDoubles());
    }
  }

  @Test
  void gradientsArriveInTheParametersType() {
    Tensor weight = numbers(DType.FLOAT32, 4, 4).requiresGrad(true);
    Tensor x = numbers(DType.FLOAT32, 3, 4);
    Tensor loss;
    try (Engine.Guard guard = engine.autocast(DType.BF16)) {
      Tensor hidden = engine.silu(engine.linear(x, weight, Optional.empty()));
      loss = engine.rmsNorm(hidden, numbers(DType.FLOAT32, 4), 1e-6).sum();
    }
    loss.backward();
    Tensor gradient = weight.grad().orElseThrow();
    assertEquals(DType.FLOAT32, gradient.dtype());
    double[] reduced = gradient.toDoubles();
    weight.clearGrad();
    Tensor hidden = engine.silu(engine.linear(x, weight, Optional.empty()));
    engine.rmsNorm(hidden, numbers(DType.FLOAT32, 4), 1e-6).sum().backward();
    assertArrayEquals(weight.grad().orElseThrow().toDoubles(), reduced, 0.05);
  }

  /** Computed in float32 and rounded once; float16 products too. */
  @Test
  void sixteenBitsOnTheCpu() {
    for (DType dtype : new DType[] {DType.BF16, DType.FLOAT16}) {
      Tensor x = numbers(dtype, 2, 5, 3, 8);
      Tensor wide = x.cast(DType.FLOAT32);
      for (AttentionMask mask :
          new AttentionMask[] {AttentionMask.NONE, AttentionMask.CAUSAL.withWindow(2)}) {
        Tensor actual = engine.attention(x, x, x, mask, 0.4);
        Tensor expected = engine.attention(wide, wide, wide, mask, 0.4).cast(dtype);
        assertEquals(dtype, actual.dtype());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles());
        Tensor longer = engine.concat(java.util.List.of(x, x), 3); // wider values than keys
        assertEquals(dtype, engine.attention(x, x, longer, mask, 0.4).dtype());
      }
      Tensor left = numbers(dtype, 6, 40);
      Tensor right = numbers(dtype, 40, 7);
      double[] exact = left.cast(DType.FLOAT64).matmul(right.cast(DType.FLOAT64)).toDoubles();
      assertArrayEquals(exact, left.matmul(right).toDoubles(), 0.05);
      assertEquals(dtype, engine.linear(left, right.transpose(0, 1), Optional.empty()).dtype());
    }
  }
}
