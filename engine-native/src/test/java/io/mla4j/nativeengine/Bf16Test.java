package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BF16 weights and activations against default bodies on the same numbers in FLOAT32. */
class Bf16Test extends EngineTestCase {

  private static final DefaultBodies PLAIN = new DefaultBodies(ENGINE);

  /** A step of bf16 beside what sums in another order differ by. */
  private static final double ROUNDING = 1.0 / 128;

  private Tensor bf16(long... shape) {
    return gaussian(DType.BF16, shape);
  }

  private static double tolerance(DType type) {
    return type == DType.BF16 ? ROUNDING : 2e-5;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, BF16, 1", "FLOAT32, BF16, 3", "FLOAT32, BF16, 40",
    "BF16, BF16, 1", "BF16, BF16, 33", "BF16, FLOAT32, 7",
  })
  void linearLayers(DType activations, DType weights, long rows) {
    for (long[] size : List.of(new long[] {1, 1}, new long[] {67, 45}, new long[] {96, 129})) {
      Tensor x = gaussian(activations, 2, rows, size[1]);
      Tensor weight = gaussian(weights, size[0], size[1]);
      for (DType type : new DType[] {DType.FLOAT32, DType.BF16}) {
        Optional<Tensor> bias = Optional.of(gaussian(type, size[0]));
        Tensor result = ENGINE.linear(x, weight, bias);
        assertEquals(activations, result.dtype());
        Tensor expected = PLAIN.linear(x.cast(DType.FLOAT32), weight, bias);
        assertClose(expected, result, tolerance(activations));
      }
    }
  }

  /** x counts as what bf16 keeps of it. */
  @Test
  void activationsAreRoundedToTheWeightsType() {
    Tensor x = ENGINE.ofFloats(new float[] {1 + 1f / 1024, 3}, 1, 2);
    Tensor weight = ENGINE.ofFloats(new float[] {1, 0.5f}, 1, 2).cast(DType.BF16);
    assertElements(ENGINE.linear(x, weight, Optional.empty()), 2.5);
    assertElements(PLAIN.linear(x, weight, Optional.empty()), 2.5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5, 50})
  void viewsOfWeights(long rows) {
    Tensor x = gaussian(DType.FLOAT32, rows, 40);
    Tensor table = bf16(70, 40);
    Tensor some = table.narrow(0, 3, 33);
    Tensor turned = bf16(40, 70).transpose(0, 1);
    Tensor columns = bf16(70, 50).narrow(1, 7, 40);
    for (Tensor weight : List.of(some, turned, columns)) {
      assertClose(
          PLAIN.linear(x, weight, Optional.empty()),
          ENGINE.linear(x, weight, Optional.empty()),
          2e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1", "FLOAT32, 20", "BF16, 3"})
  void gatedNetworks(DType type, long rows) {
    Tensor x = gaussian(type, rows, 37);
    Tensor gate = bf16(50, 37);
    Tensor up = bf16(50, 37);
    Tensor wide = PLAIN.swiGlu(x.cast(DType.FLOAT32), gate, up);
    Tensor result = ENGINE.swiGlu(x, gate, up);
    assertEquals(type, result.dtype());
    assertClose(wide, result, type == DType.BF16 ? ROUNDING : 1e-4);
  }

  @Test
  void rowsOfTables() {
    Tensor table = bf16(11, 9);
    Tensor ids = ENGINE.ofLongs(new long[] {3, 0, 10, 3}, 2, 2);
    Tensor rows = ENGINE.embedding(table, ids);
    assertEquals(DType.BF16, rows.dtype());
    assertClose(PLAIN.embedding(table, ids), rows, 0);
  }

  @Test
  void fusedOperationsRoundOnlyTheirResult() {
    Tensor x = bf16(2, 3, 4, 6);
    Tensor wide = x.cast(DType.FLOAT32);
    Tensor scale = bf16(6);
    Tensor scaleWide = scale.cast(DType.FLOAT32);
    Tensor angles = bf16(3, 3);
    Tensor anglesWide = angles.cast(DType.FLOAT32);
    same(PLAIN.softmax(wide), ENGINE.softmax(x));
    same(PLAIN.logSoftmax(wide), ENGINE.logSoftmax(x));
    same(PLAIN.gelu(wide), ENGINE.gelu(x));
    same(PLAIN.silu(wide), ENGINE.silu(x));
    same(PLAIN.rmsNorm(wide, scaleWide, 1e-6), ENGINE.rmsNorm(x, scale, 1e-6));
    same(
        PLAIN.layerNorm(wide, scaleWide, scaleWide, 1e-6), ENGINE.layerNorm(x, scale, scale, 1e-6));
    same(
        PLAIN.rotary(wide, anglesWide, anglesWide, RotaryLayout.HALVES),
        ENGINE.rotary(x, angles, angles, RotaryLayout.HALVES));
    same(
        PLAIN.attention(wide, wide, wide, AttentionMask.CAUSAL, 0.4),
        ENGINE.attention(x, x, x, AttentionMask.CAUSAL, 0.4));
    same(wide.add(wide.mul(wide)), x.add(x.mul(x)));
    same(wide.add(scaleWide), x.add(scale));
    same(wide.transpose(1, 2).mul(2.5), x.transpose(1, 2).mul(2.5));
  }

  private static void same(Tensor expected, Tensor actual) {
    assertEquals(DType.BF16, actual.dtype());
    assertClose(expected, actual, ROUNDING);
  }

  /** Also from and to places that are not adjacent. */
  @Test
  void conversionsRoundToTheNearestEvenNumber() {
    float tie = Float.intBitsToFloat(0x3f808000);
    float[] elements = new float[70];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = i % 2 == 0 ? tie : Float.intBitsToFloat(0x3f818000);
    }
    elements[5] = Float.NaN;
    elements[6] = Float.NEGATIVE_INFINITY;
    elements[7] = Float.MAX_VALUE;
    Tensor x = ENGINE.ofFloats(elements, 2, 35);
    double[] rounded = x.cast(DType.BF16).cast(DType.FLOAT32).toDoubles();
    double[] turned =
        x.transpose(0, 1).cast(DType.BF16).cast(DType.FLOAT32).transpose(0, 1).toDoubles();
    for (int i = 0; i < elements.length; i++) {
      double expected =
          switch (i) {
            case 5 -> Double.NaN;
            case 6 -> Double.NEGATIVE_INFINITY;
            case 7 -> Double.POSITIVE_INFINITY;
            default -> i % 2 == 0 ? 1 : 1 + 2.0 / 128;
          };
      assertEquals(expected, rounded[i], "element " + i);
      assertEquals(expected, turned[i], "element " + i);
    }
  }
}
