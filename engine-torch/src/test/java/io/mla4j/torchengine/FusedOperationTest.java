package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.LatentProjections;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.CrossEntropy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every fused operation of libtorch against its default body in float64, forward and backward; the
 * attention that training uses in float32 too.
 */
class FusedOperationTest {

  private final Engine engine = Engines.start("torch");
  private final Engine oracle = new DefaultBodies(engine);
  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor random(long... shape) {
    int size = Math.toIntExact(io.mla4j.tensor.Shape.of(shape).size());
    return engine.ofDoubles(random.doubles(size, -2, 2).toArray(), shape);
  }

  private void same(List<Tensor> inputs, BiFunction<Engine, List<Tensor>, Tensor> operation) {
    List<double[]> fused = resultAndGradients(engine, DType.FLOAT64, inputs, operation);
    List<double[]> plain = resultAndGradients(oracle, DType.FLOAT64, inputs, operation);
    assertEquals(plain.size(), fused.size());
    for (int i = 0; i < plain.size(); i++) {
      assertArrayEquals(plain.get(i), fused.get(i), 1e-10, "output or gradient " + i);
    }
  }

  /** The fused body in float32 against the default one in float64, relative to the largest. */
  private void closeInFloat32(
      List<Tensor> inputs, BiFunction<Engine, List<Tensor>, Tensor> operation) {
    List<double[]> fused = resultAndGradients(engine, DType.FLOAT32, inputs, operation);
    List<double[]> plain = resultAndGradients(oracle, DType.FLOAT64, inputs, operation);
    for (int i = 0; i < plain.size(); i++) {
      double largest = Arrays.stream(plain.get(i)).map(Math::abs).max().orElseThrow();
      assertArrayEquals(
          plain.get(i), fused.get(i), 1e-5 * Math.max(largest, 1), "output or gradient " + i);
    }
  }

  private List<double[]> resultAndGradients(
      Engine on,
      DType dtype,
      List<Tensor> inputs,
      BiFunction<Engine, List<Tensor>, Tensor> operation) {
    List<Tensor> leaves =
        inputs.stream().map(t -> t.detach().cast(dtype).requiresGrad(true)).toList();
    Tensor result = operation.apply(on, leaves);
    Tensor weights = engine.arange(1, 1 + result.shape().size()).cast(DType.FLOAT64).mul(0.01);
    result.reshape(-1).mul(weights.sin().cast(dtype)).sum().backward();
    List<double[]> all = new ArrayList<>(List.of(doubles(result)));
    leaves.forEach(leaf -> all.add(doubles(leaf.grad().orElseThrow())));
    return all;
  }

  private static double[] doubles(Tensor tensor) {
    return tensor.detach().cast(DType.FLOAT64).toDoubles();
  }

  @Test
  void activationsAndNorms() {
    same(List.of(random(3, 5)), (e, x) -> e.softmax(x.get(0)));
    same(List.of(random(3, 5)), (e, x) -> e.logSoftmax(x.get(0)));
    same(List.of(random(3, 5)), (e, x) -> e.gelu(x.get(0)));
    same(List.of(random(3, 5)), (e, x) -> e.silu(x.get(0)));
    same(List.of(random(3, 5), random(5)), (e, x) -> e.rmsNorm(x.get(0), x.get(1), 1e-6));
    same(
        List.of(random(3, 5), random(5), random(5)),
        (e, x) -> e.layerNorm(x.get(0), x.get(1), x.get(2), 1e-5));
    same(
        List.of(random(2, 3, 5), random(4, 5), random(4)),
        (e, x) -> e.linear(x.get(0), x.get(1), Optional.of(x.get(2))));
  }

  @Test
  void embeddingsAddTheGradientsOfRepeatedRows() {
    Tensor ids = engine.ofLongs(new long[] {1, 0, 1, 3}, 2, 2);
    same(List.of(random(5, 3)), (e, x) -> e.embedding(x.get(0), ids));
  }

  @Test
  void crossEntropyWithWeightsAndSmoothing() {
    Tensor labels = engine.ofLongs(new long[] {1, 0, 2, 1}, 4);
    Tensor weights = engine.ofDoubles(new double[] {0.5, 2, 1}, 3);
    for (double smoothing : new double[] {0, 0.1, 0.7}) {
      same(
          List.of(random(4, 3)),
          (e, x) -> e.run(CrossEntropy.mean(x.get(0), labels, Optional.empty(), smoothing)));
      same(
          List.of(random(4, 3)),
          (e, x) -> e.run(CrossEntropy.mean(x.get(0), labels, Optional.of(weights), smoothing)));
    }
  }

  @Test
  void rotaryInBothLayoutsAndOfViews() {
    Tensor angles = random(3, 4);
    Tensor cos = angles.cos();
    Tensor sin = angles.sin();
    Tensor wide = random(2, 3, 2, 13);
    for (RotaryLayout layout : RotaryLayout.values()) {
      same(List.of(random(2, 3, 2, 8)), (e, x) -> e.rotary(x.get(0), cos, sin, layout));
      same(List.of(wide), (e, x) -> e.rotary(x.get(0).narrow(3, 5, 8), cos, sin, layout));
      Tensor ofEach = random(2, 3, 4);
      same(
          List.of(random(2, 3, 2, 8)),
          (e, x) -> e.rotary(x.get(0), ofEach.cos(), ofEach.sin(), layout));
    }
  }

  private List<AttentionMask> masks() {
    boolean[] real = {true, true, true, false, true, false, false, false};
    Tensor padding = engine.ofBooleans(real, 2, 4);
    return List.of(
        AttentionMask.NONE,
        AttentionMask.CAUSAL,
        AttentionMask.NONE.withWindow(2),
        AttentionMask.CAUSAL.withWindow(2),
        AttentionMask.NONE.withKeyMask(padding),
        AttentionMask.CAUSAL.withKeyMask(padding));
  }

  @Test
  void attentionUnderEveryMask() {
    for (AttentionMask mask : masks()) {
      for (int queries : new int[] {4, 2, 1}) {
        for (int values : new int[] {6, 4, 9}) {
          same(
              List.of(random(2, queries, 4, 6), random(2, 4, 2, 6), random(2, 4, 2, values)),
              (e, x) -> e.attention(x.get(0), x.get(1), x.get(2), mask, 0.4));
          closeInFloat32(
              List.of(random(2, queries, 4, 6), random(2, 4, 2, 6), random(2, 4, 2, values)),
              (e, x) -> e.attention(x.get(0), x.get(1), x.get(2), mask, 0.4));
        }
      }
    }
  }

  @Test
  void queriesWithoutKeysGiveZeros() {
    Tensor padding = engine.ofBooleans(new boolean[] {true, true, false, false}, 2, 2);
    Tensor out =
        engine.attention(
            random(2, 2, 1, 4),
            random(2, 2, 1, 4),
            random(2, 2, 1, 4),
            AttentionMask.NONE.withKeyMask(padding),
            1);
    assertArrayEquals(new double[8], out.narrow(0, 1, 1).toDoubles());
  }

  @Test
  void bothLatentFormsAreTheSame() {
    for (AttentionMask mask : List.of(AttentionMask.NONE, AttentionMask.CAUSAL)) {
      List<Tensor> inputs =
          List.of(
              random(2, 3, 4, 5),
              random(2, 3, 4, 2),
              random(2, 6, 8),
              random(2, 6, 2),
              random(4, 5 + 7, 8));
      List<double[]> expanded = latent(LatentForm.EXPANDED, inputs, mask);
      List<double[]> absorbed = latent(LatentForm.ABSORBED, inputs, mask);
      for (int i = 0; i < expanded.size(); i++) {
        assertArrayEquals(expanded.get(i), absorbed.get(i), 1e-10);
      }
    }
  }

  /** As a layer calls it: heads of the width of libtorch's fast path, and longer rows. */
  @Test
  void latentAttentionOfPaddedTextsInFloat32() {
    boolean[] real = new boolean[2 * 24];
    Arrays.fill(real, 0, 24, true);
    Arrays.fill(real, 24, 24 + 7, true);
    AttentionMask mask = AttentionMask.NONE.withKeyMask(engine.ofBooleans(real, 2, 24));
    closeInFloat32(
        List.of(
            random(2, 24, 3, 24),
            random(2, 24, 3, 8),
            random(2, 24, 16),
            random(2, 24, 8),
            random(3, 24 + 32, 16)),
        (e, x) ->
            e.latentAttention(
                LatentForm.EXPANDED,
                x.get(0),
                x.get(1),
                new LatentKeys.Parts(x.get(2), x.get(3)),
                new LatentProjections(x.get(4), 24),
                mask,
                0.1));
  }

  private List<double[]> latent(LatentForm form, List<Tensor> inputs, AttentionMask mask) {
    return resultAndGradients(
        engine,
        DType.FLOAT64,
        inputs,
        (e, x) ->
            e.latentAttention(
                form,
                x.get(0),
                x.get(1),
                new LatentKeys.Parts(x.get(2), x.get(3)),
                new LatentProjections(x.get(4), 5),
                mask,
                0.3));
  }
}
