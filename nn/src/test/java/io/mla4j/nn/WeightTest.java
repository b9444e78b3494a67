package io.mla4j.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A weight of any form multiplies as its numbers do, written out. */
class WeightTest {

  private static final int OUT = 7;
  private static final int IN = 5;

  /** Products of rows with rows in float64. */
  private static float[] product(float[] x, double[] weight, int outputs) {
    int rows = x.length / IN;
    float[] y = new float[rows * outputs];
    for (int row = 0; row < rows; row++) {
      for (int out = 0; out < outputs; out++) {
        double sum = 0;
        for (int in = 0; in < IN; in++) {
          sum += x[row * IN + in] * weight[out * IN + in];
        }
        y[row * outputs + out] = (float) sum;
      }
    }
    return y;
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** One code of each kind: zeros, subnormals, the largest, negatives. */
  private static final int[] CODES = {0x00, 0x80, 0x01, 0x87, 0x08, 0x38, 0xB8, 0x7E, 0xFE, 0x45};

  private static final double[] NUMBERS = {
    0, -0.0, Math.scalb(1, -9), -7 * Math.scalb(1, -9), Math.scalb(1, -6), 1, -1, 448, -448, 3.25
  };

  private static BlockScaledWeight blockScaled(Engine engine, double[] expected) {
    byte[] codes = new byte[OUT * IN];
    float[] scales = {0.5f, 2, -1, 0.25f, 3, 1, 1.5f, 0.125f, 4}; // blocks of 3 rows by 2 columns
    for (int i = 0; i < codes.length; i++) {
      int kind = i % CODES.length;
      codes[i] = (byte) CODES[kind];
      expected[i] = NUMBERS[kind] * scales[(i / IN / 3) * 3 + (i % IN) / 2];
    }
    return new BlockScaledWeight(
        engine.ofBytes(MemorySegment.ofArray(codes), DType.INT8, OUT, IN),
        engine.ofFloats(scales, 3, 3),
        3,
        2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "native"})
  void blockScaledNumbersAreDecodedExactly(String name) {
    try (Engine engine = Engines.start(name);
        TensorScope scope = TensorScope.open()) {
      double[] numbers = new double[OUT * IN];
      BlockScaledWeight weight = blockScaled(engine, numbers);
      assertArrayEquals(numbers, weight.dense(DType.FLOAT32).toDoubles());
      float[] x = random(3 * IN, 1);
      Tensor bias = engine.ofFloats(random(OUT, 2), OUT);
      float[] expected = product(x, numbers, OUT);
      float[] added = bias.toFloats();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += added[i % OUT];
      }
      Tensor y = weight.multiply(engine.ofFloats(x, 3, IN), Optional.of(bias));
      assertArrayEquals(expected, y.toFloats(), 2e-3f); // numbers reach 1,792
      double[] some = weight.rows(3, 4).dense(DType.FLOAT32).toDoubles();
      assertArrayEquals(java.util.Arrays.copyOfRange(numbers, 3 * IN, 7 * IN), some);
      assertThrows(IllegalArgumentException.class, () -> weight.rows(1, 2));
      weight.parameters().values().forEach(Parameter::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "native"})
  void shardsOfSeveralFormsAreOneWeight(String name) {
    try (Engine engine = Engines.start(name);
        TensorScope scope = TensorScope.open()) {
      double[] scaled = new double[OUT * IN];
      float[] dense = random(4 * IN, 3);
      Weight weight =
          new ShardedWeight(
              List.of(
                  new DenseWeight(Parameter.of(engine.ofFloats(dense, 4, IN))),
                  blockScaled(engine, scaled)));
      double[] all = new double[(4 + OUT) * IN];
      for (int i = 0; i < all.length; i++) {
        all[i] = i < dense.length ? dense[i] : scaled[i - dense.length];
      }
      float[] x = random(2 * IN, 4);
      Tensor rows = engine.ofFloats(x, 2, IN);
      float[] y = weight.multiply(rows, Optional.empty()).toFloats();
      assertArrayEquals(product(x, all, 4 + OUT), y, 2e-3f);
      double[] part = java.util.Arrays.copyOfRange(all, 2 * IN, 7 * IN);
      Weight middle = weight.rows(2, 5); // two of the first, three of the second
      assertArrayEquals(
          product(x, part, 5), middle.multiply(rows, Optional.empty()).toFloats(), 2e-3f);
      assertEquals(
          Set.of("0.weight", "1.weight", "1.weight_scale_inv"), weight.parameters().keySet());
      weight.parameters().values().forEach(Parameter::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "native"})
  void aLayerTakesAnotherFormAndNamesItsTensors(String name) {
    try (Engine engine = Engines.start(name);
        TensorScope scope = TensorScope.open();
        Linear layer = new Linear(Initializer.random(engine, 1), IN, OUT, true)) {
      double[] numbers = new double[OUT * IN];
      layer.replaceWeight(blockScaled(engine, numbers));
      assertEquals(Set.of("weight", "weight_scale_inv", "bias"), layer.namedParameters().keySet());
      float[] x = random(IN, 5);
      float[] y = layer.forward(engine.ofFloats(x, 1, IN)).toFloats();
      assertArrayEquals(product(x, numbers, OUT), y, 2e-3f);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              layer.replaceWeight(
                  new DenseWeight(Parameter.of(engine.zeros(DType.FLOAT32, 2, 2)))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch"})
  void whatIsFrozenAndWhatIsABufferIsNotTrained(String name) {
    try (Engine engine = Engines.start(name);
        TensorScope scope = TensorScope.open();
        Linear layer = new Linear(Initializer.random(engine, 1), IN, OUT, true)) {
      assertEquals(Set.of("weight", "bias"), layer.trainedParameters().keySet());
      layer.namedParameters().get("weight").freeze(true);
      assertEquals(Set.of("bias"), layer.trainedParameters().keySet());
      layer.forward(engine.ofFloats(random(IN, 5), 1, IN)).sum().backward();
      assertTrue(layer.namedParameters().get("weight").value().grad().isEmpty());
      assertTrue(layer.namedParameters().get("bias").value().grad().isPresent());
      layer.freeze(false);
      assertEquals(Set.of("weight", "bias"), layer.trainedParameters().keySet());
      Parameter buffer = Parameter.buffer(engine.zeros(DType.FLOAT32, 3));
      buffer.freeze(false);
      assertFalse(buffer.isTrained());
      buffer.close();
    }
  }
}
