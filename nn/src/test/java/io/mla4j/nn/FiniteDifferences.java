package io.mla4j.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Compares gradients with central differences of fourth order in float64, on up to 24 elements of
 * each tensor, and asserts a relative error of at most 1e-6.
 */
public final class FiniteDifferences {

  private static final double STEP = 1e-3;

  /**
   * Smaller gradients count as zero and are compared absolutely, to 1e-10: a bias of keys without
   * rotation changes no softmax, so its gradient is rounding alone.
   */
  private static final double ZERO = 1e-4;

  private static final int SAMPLES = 24;

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
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    double[] analytic = leaf.grad().orElseThrow(() -> noGradient(name)).toDoubles();
    double error = 0;
    double size = 0;
    for (int sample = 0; sample < Math.min(SAMPLES, analytic.length); sample++) {
      int i = analytic.length <= SAMPLES ? sample : random.nextInt(analytic.length);
      double numeric = slope(engine, leaf, i, loss);
      error += Math.pow(numeric - analytic[i], 2);
      size += numeric * numeric;
    }
    double relative = Math.sqrt(error) / Math.max(Math.sqrt(size), ZERO);
    assertTrue(relative <= 1e-6, name + ": relative gradient error " + relative);
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
