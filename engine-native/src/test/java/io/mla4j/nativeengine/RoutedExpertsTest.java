package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.ExpertMatrices;
import io.mla4j.tensor.Tensor;
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
