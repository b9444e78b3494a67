package io.mla4j.nn;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * Makes the first values of parameters on an engine. Random numbers come from Java, so that a seed
 * gives the same model on every engine.
 */
public final class Initializer {

  private final Engine engine;
  private final DType dtype;
  private final Optional<RandomGenerator> random;
  private final boolean outline;
  private final OptionalDouble deviation;

  private Initializer(
      Engine engine, DType dtype, Optional<RandomGenerator> random, boolean outline) {
    this(engine, dtype, random, outline, OptionalDouble.empty());
  }

  private Initializer(
      Engine engine,
      DType dtype,
      Optional<RandomGenerator> random,
      boolean outline,
      OptionalDouble deviation) {
    this.deviation = deviation;
    this.engine = engine;
    this.dtype = dtype;
    this.random = random;
    this.outline = outline;
  }

  /** Random float32 parameters that are trained where the engine can train. */
  public static Initializer random(Engine engine, long seed) {
    return random(engine, DType.FLOAT32, seed);
  }

  /** Random parameters of the given floating type. */
  public static Initializer random(Engine engine, DType dtype, long seed) {
    RandomGenerator generator =
        java.util.random.RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return new Initializer(engine, dtype, Optional.of(generator), false);
  }

  /** Zeros everywhere, for models whose parameters are read from a file next. */
  public static Initializer blank(Engine engine) {
    return new Initializer(engine, DType.FLOAT32, Optional.empty(), false);
  }

  /**
   * Parameters that have shapes but, whatever their size, take the memory of one element: for
   * asking what a model would be made of. They cannot be changed.
   */
  public static Initializer outline(Engine engine) {
    return new Initializer(engine, DType.FLOAT32, Optional.empty(), true);
  }

  /** The same whose matrices have this standard deviation, whatever their width. */
  public Initializer withDeviation(double wanted) {
    return new Initializer(engine, dtype, random, outline, OptionalDouble.of(wanted));
  }

  public Engine engine() {
    return engine;
  }

  /** The element type of the parameters. */
  public DType dtype() {
    return dtype;
  }

  /** Normally distributed around 0. */
  public Tensor normal(double standardDeviation, long... shape) {
    if (random.isEmpty()) {
      return constant(0, shape);
    }
    RandomGenerator generator = random.get();
    float[] values = new float[Math.toIntExact(Shape.of(shape).size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (generator.nextGaussian() * standardDeviation);
    }
    return trained(engine.ofFloats(values, shape).cast(dtype));
  }

  /**
   * A matrix that products are made with: of the standard deviation {@code gain / √in}, which keeps
   * the size of what passes through for a gain of 1, unless another was wanted in place of the
   * root.
   */
  public Tensor matrix(double gain, long out, long in) {
    double usual = gain / Math.sqrt(in);
    return normal(deviation.isPresent() ? gain * deviation.getAsDouble() : usual, out, in);
  }

  public Tensor constant(double value, long... shape) {
    if (outline) {
      long[] one = new long[shape.length];
      Arrays.fill(one, 1);
      return engine.full(dtype, value, one).expand(shape);
    }
    return trained(engine.full(dtype, value, shape));
  }

  /** Zeros that no gradient reaches, in a type of their own. */
  public Tensor buffer(DType type, long... shape) {
    if (outline) {
      long[] one = new long[shape.length];
      Arrays.fill(one, 1);
      return engine.full(type, 0, one).expand(shape);
    }
    return engine.zeros(type, shape);
  }

  private Tensor trained(Tensor tensor) {
    return engine.differentiates() ? tensor.requiresGrad(true) : tensor;
  }
}
