package io.mla4j.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Compares gradients with central differences of fourth order in float64 and asserts of each
 * element a relative error of at most 1e-6. Of large tensors it looks at some elements, always the
 * same.
 */
public final class FiniteDifferences {

  private static final double STEP = 1e-3;
  private static final double TOLERANCE = 1e-6;

  /**
   * Smaller gradients count as zero and are compared absolutely, to 1e-10: a bias of keys without
   * rotation changes no softmax, so its gradient is rounding alone.
   */
  private static final double ZERO = 1e-4;

  private static final int SAMPLES = 128;

  private FiniteDifferences() {}

  /** Checks a scalar function's gradients with respect to leaves. */
  public static void check(Engine engine, Map<String, Tensor> leaves, Supplier<Tensor> loss) {
    check(engine, leaves, loss, SAMPLES);
  }

  /** Checks with at most so many elements of each leaf, for functions that take long. */
  public static void check(
      Engine engine, Map<String, Tensor> leaves, Supplier<Tensor> loss, int samples) {
    leaves.values().forEach(Tensor::clearGrad);
    try (TensorScope scope = TensorScope.open()) {
      loss.get().backward();
    }
    leaves.forEach((name, leaf) -> checkLeaf(engine, name, leaf, loss, samples));
  }

  private static void checkLeaf(
      Engine engine, String name, Tensor leaf, Supplier<Tensor> loss, int samples) {
    double[] analytic = leaf.grad().orElseThrow(() -> noGradient(name)).toDoubles();
    double typical = Math.sqrt(Arrays.stream(analytic).map(g -> g * g).average().orElse(0));
    for (int i : chosen(analytic.length, samples)) {
      double numeric = slope(engine, leaf, i, loss);
      double size = Math.max(Math.abs(numeric), Math.max(typical, ZERO));
      double error = Math.abs(numeric - analytic[i]) / size;
      String where = "%s, element %d: %s but by differences %s";
      assertTrue(error <= TOLERANCE, where.formatted(name, i, analytic[i], numeric));
    }
  }

  private static int[] chosen(int length, int samples) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, length).boxed().toList());
    Collections.shuffle(all, new Random(length));
    return all.stream().limit(samples).mapToInt(Integer::intValue).toArray();
  }

  private static AssertionError noGradient(String name) {
    return new AssertionError(name + " has no gradient");
  }

  private static double slope(Engine engine, Tensor leaf, int i, Supplier<Tensor> loss) {
    double near = at(engine, leaf, i, STEP, loss) - at(engine, leaf, i, -STEP, loss);
    double far = at(engine, leaf, i, 2 * STEP, loss) - at(engine, leaf, i, -2 * STEP, loss);
    return (8 * near - far) / (12 * STEP);
  }

  private static double at(Engine engine, Tensor leaf, int i, double by, Supplier<Tensor> loss) {
    double[] values = leaf.toDoubles();
    double[] moved = values.clone();
    moved[i] += by;
    long[] shape = leaf.shape().toArray();
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      leaf.copyInPlace(engine.ofDoubles(moved, shape));
      double result = loss.get().item();
      leaf.copyInPlace(engine.ofDoubles(values, shape));
      return result;
    }
  }
}
