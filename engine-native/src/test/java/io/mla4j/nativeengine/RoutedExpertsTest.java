package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.ExpertMatrices;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routed experts against their definition. */
class RoutedExpertsTest extends EngineTestCase {

  private static final DefaultBodies PLAIN = new DefaultBodies(ENGINE);

  private ExpertMatrices experts(DType dtype, long count, long width, long inner) {
    return ExpertMatrices.stacked(
        gaussian(dtype, count, inner, width),
        gaussian(dtype, count, inner, width),
        gaussian(dtype, count, width, inner));
  }

  private static Tensor chosen(int tokens, int perToken, int experts, boolean withNone) {
    Random random = new Random(tokens);
    long[] ids = new long[tokens * perToken];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.nextInt(withNone ? -1 : 0, experts);
    }
    return ENGINE.ofLongs(ids, tokens, perToken);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, FLOAT32, 1, 2", "FLOAT32, FLOAT32, 40, 3", "FLOAT32, BF16, 1, 2",
    "FLOAT32, BF16, 40, 3", "BF16, BF16, 7, 2", "BF16, FLOAT32, 7, 1",
  })
  void tokensGetTheSumOfTheirExperts(DType tokens, DType weights, int rows, int perToken) {
    ExpertMatrices experts = experts(weights, 6, 33, 21);
    for (boolean withNone : new boolean[] {false, true}) {
      Tensor x = gaussian(tokens, rows, 33).mul(0.25);
      Tensor chosen = chosen(rows, perToken, 6, withNone);
      Tensor shares = gaussian(tokens, rows, perToken);
      Tensor result = ENGINE.routedExperts(x, chosen, shares, experts);
      assertEquals(tokens, result.dtype());
      Tensor wide = x.cast(DType.FLOAT32);
      Tensor expected = PLAIN.routedExperts(wide, chosen, shares.cast(DType.FLOAT32), experts);
      double tolerance = tokens == DType.BF16 || weights == DType.BF16 ? 0.02 : 1e-4;
      assertClose(expected, result, tolerance);
    }
  }

  @Test
  void theDefinitionIsTheFormula() {
    ExpertMatrices experts = experts(DType.FLOAT64, 3, 4, 5);
    Tensor x = gaussian(DType.FLOAT64, 2, 4);
    long[] ids = {2, 0, 1, 1};
    Tensor shares = gaussian(DType.FLOAT64, 2, 2);
    Tensor result = PLAIN.routedExperts(x, ENGINE.ofLongs(ids, 2, 2), shares, experts);
    double[] expected = new double[8];
    for (int pair = 0; pair < ids.length; pair++) {
      double[] token = x.narrow(0, pair / 2, 1).toDoubles();
      double[] gate = product(experts.gate().get((int) ids[pair]), token);
      double[] up = product(experts.up().get((int) ids[pair]), token);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      double[] out = product(experts.down().get((int) ids[pair]), gate);
      for (int i = 0; i < out.length; i++) {
        expected[pair / 2 * 4 + i] += shares.toDoubles()[pair] * out[i];
      }
    }
    assertClose(expected, result.toDoubles(), 1e-12);
    Tensor chosen = ENGINE.ofLongs(ids, 2, 2);
    assertClose(result, ENGINE.routedExperts(x, chosen, shares, experts), 1e-12);
  }

  private static double[] product(Tensor matrix, double[] x) {
    double[] elements = matrix.toDoubles();
    double[] product = new double[elements.length / x.length];
    for (int i = 0; i < elements.length; i++) {
      product[i / x.length] += elements[i] * x[i % x.length];
    }
    return product;
  }

  @Test
  void memoryStaysFlat() {
    ExpertMatrices experts = experts(DType.BF16, 4, 32, 16);
    long before = 0;
    for (int step = 0; step < 30; step++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor x = gaussian(DType.FLOAT32, 5, 32);
        Tensor shares = gaussian(DType.FLOAT32, 5, 2);
        ENGINE.routedExperts(x, chosen(5, 2, 4, true), shares, experts);
        ENGINE.swiGlu(x.cast(DType.BF16), experts.gate().get(0), experts.up().get(0));
      }
      before = step == 10 ? ENGINE.allocatedBytes() : before;
    }
    assertEquals(before, ENGINE.allocatedBytes());
  }

  @Test
  void tokensWithoutExpertsGetZeros() {
    ExpertMatrices experts = experts(DType.BF16, 2, 4, 3);
    Tensor x = gaussian(DType.FLOAT32, 2, 4);
    Tensor none = ENGINE.ofLongs(new long[] {-1, -1}, 2, 1);
    Tensor shares = gaussian(DType.FLOAT32, 2, 1);
    assertElements(ENGINE.routedExperts(x, none, shares, experts), new double[8]);
    assertElements(PLAIN.routedExperts(x, none, shares, experts), new double[8]);
  }

  @Test
  void wrongShapesAndChoicesAreRefused() {
    ExpertMatrices experts = experts(DType.BF16, 2, 4, 3);
    Tensor x = gaussian(DType.FLOAT32, 2, 4);
    Tensor chosen = ENGINE.ofLongs(new long[] {0, 2}, 2, 1);
    Tensor shares = gaussian(DType.FLOAT32, 2, 1);
    assertRefused("0 to 1", () -> ENGINE.routedExperts(x, chosen, shares, experts));
    assertRefused("0 to 1", () -> PLAIN.routedExperts(x, chosen, shares, experts));
    assertRefused("[N, 4]", () -> ENGINE.routedExperts(x.transpose(0, 1), chosen, shares, experts));
    assertRefused("INT64", () -> ENGINE.routedExperts(x, shares, shares, experts));
    Tensor gate = gaussian(DType.FLOAT32, 3, 4);
    assertRefused(
        "down matrix of expert 0",
        () -> new ExpertMatrices(List.of(gate), List.of(gate), List.of(gate)));
  }
}
