package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.ExpertMatrices;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routed experts on the engine that trains them. */
class RoutedExpertsTest {

  private final Engine engine =
      Engines.start("torch", new EngineOptions(io.mla4j.tensor.Device.CPU, 2));
  private final Random random = new Random(3);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor gaussian(long... shape) {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    double[] elements = random.doubles(size, -1, 1).toArray();
    return engine.ofDoubles(elements, shape);
  }

  private List<Tensor> matrices(int count, long rows, long columns) {
    List<Tensor> matrices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      matrices.add(gaussian(rows, columns).requiresGrad(true));
    }
    return matrices;
  }

  /** One token is no other than a dense network of its two experts. */
  @Test
  void gradientsReachTokensWeightsAndChosenExperts() {
    ExpertMatrices experts =
        new ExpertMatrices(matrices(3, 5, 4), matrices(3, 5, 4), matrices(3, 4, 5));
    Tensor x = gaussian(1, 4).requiresGrad(true);
    Tensor shares = gaussian(1, 2).requiresGrad(true);
    Tensor chosen = engine.ofLongs(new long[] {2, 0}, 1, 2);
    Tensor result = engine.routedExperts(x, chosen, shares, experts);
    result.square().sum().backward();
    double[] routed = x.grad().orElseThrow().toDoubles();
    double[] routedShares = shares.grad().orElseThrow().toDoubles();
    double[] routedGate = experts.gate().get(2).grad().orElseThrow().toDoubles();
    assertTrue(experts.gate().get(1).grad().isEmpty());
    x.clearGrad();
    shares.clearGrad();
    experts.gate().get(2).clearGrad();

    Tensor dense =
        expert(x, experts, 2)
            .mul(shares.narrow(1, 0, 1))
            .add(expert(x, experts, 0).mul(shares.narrow(1, 1, 1)));
    assertArrayEquals(dense.toDoubles(), result.toDoubles(), 1e-12);
    dense.square().sum().backward();
    assertArrayEquals(x.grad().orElseThrow().toDoubles(), routed, 1e-12);
    assertArrayEquals(shares.grad().orElseThrow().toDoubles(), routedShares, 1e-12);
    assertArrayEquals(experts.gate().get(2).grad().orElseThrow().toDoubles(), routedGate, 1e-12);
  }

  private Tensor expert(Tensor x, ExpertMatrices experts, int index) {
    Tensor inner = engine.swiGlu(x, experts.gate().get(index), experts.up().get(index));
    return engine.linear(inner, experts.down().get(index), Optional.empty());
  }

  @Test
  void bf16ExpertsServeFloat32Tokens() {
    List<Tensor> gate = List.of(gaussian(6, 4).cast(DType.BF16));
    List<Tensor> down = List.of(gaussian(4, 6).cast(DType.BF16));
    Tensor x = gaussian(3, 4).cast(DType.FLOAT32);
    Tensor chosen = engine.ofLongs(new long[] {0, -1, 0}, 3, 1);
    Tensor shares = gaussian(3, 1).cast(DType.FLOAT32);
    Tensor result = engine.routedExperts(x, chosen, shares, new ExpertMatrices(gate, gate, down));
    assertEquals(DType.FLOAT32, result.dtype());
    assertArrayEquals(new double[4], result.narrow(0, 1, 1).toDoubles());
    assertTrue(result.narrow(0, 2, 1).square().sum().item() > 0);
  }
}
