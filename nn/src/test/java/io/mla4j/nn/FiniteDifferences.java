package io.mla4j.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Compares gradients with central differences of fourth order in float64, to a relative error of
 * 1e-6. It moves all elements of a tensor at once, along directions drawn from a fixed seed: one
 * wrong element is seen however many there are.
 */
public final class FiniteDifferences {

  private static final double STEP = 1e-3;
  private static final double TOLERANCE = 1e-6;
  private static final int DIRECTIONS = 4;

  /**
   * Smaller slopes count as zero and are compared absolutely, to 1e-10: a bias of keys without
   * rotation changes no softmax, so its gradient is rounding alone.
   */
  private static final double ZERO = 1e-4;

  private FiniteDifferences() {}

  /** Checks a scalar function's gradients with respect to leaves. */
  public static void check(Engine engine, Map<String, Tensor> leaves, Supplier<Tensor> loss) {
    leaves.values().forEach(Tensor::clearGrad);
    try (TensorScope scope = TensorScope.open()) {
      loss.get().backward();
    }
    leaves.forEach((name, leaf) -> checkLeaf(engine, name, leaf, loss));
  }

  private static void checkLeaf(Engine engine, String name, Tensor leaf, Supplier<Tensor> loss) {
    double[] gradient = leaf.grad().orElseThrow(() -> noGradient(name)).toDoubles();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(gradient.length);
    // Along a unit vector a slope is about this large.
    double typical = Math.sqrt(dot(gradient, gradient) / gradient.length);
    for (int i = 0; i < DIRECTIONS; i++) {
      double[] direction = direction(random, gradient.length);
      double numeric = slope(engine, leaf, direction, loss);
      double error = Math.abs(numeric - dot(gradient, direction)) / Math.max(typical, ZERO);
      assertTrue(error <= TOLERANCE, name + ": relative gradient error " + error);
    }
  }

  private static double[] direction(RandomGenerator random, int length) {
    double[] any = random.doubles(length, -1, 1).toArray();
    double norm = Math.sqrt(dot(any, any));
    return Arrays.stream(any).map(x -> x / norm).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static AssertionError noGradient(String name) {
    return new AssertionError(name + " has no gradient");
  }

  private static double slope(
      Engine engine, Tensor leaf, double[] direction, Supplier<Tensor> loss) {
    double near =
        at(engine, leaf, direction, STEP, loss) - at(engine, leaf, direction, -STEP, loss);
    double far =
        at(engine, leaf, direction, 2 * STEP, loss) - at(engine, leaf, direction, -2 * STEP, loss);
    return (8 * near - far) / (12 * STEP);
  }

  private static double at(
      Engine engine, Tensor leaf, double[] direction, double by, Supplier<Tensor> loss) {
    double[] values = leaf.toDoubles();
    double[] moved = values.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by * direction[i];
    }
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
