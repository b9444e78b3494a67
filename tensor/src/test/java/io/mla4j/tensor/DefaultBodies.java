package io.mla4j.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Another engine's tensors with the default body of every fused operation: the oracle of every
 * engine's tests, which get it as this module's test-jar.
 */
public record DefaultBodies(Engine engine) implements Engine {

  @Override
  public String name() {
    return "default bodies of " + engine.name();
  }

  @Override
  public Device device() {
    return engine.device();
  }

  @Override
  public Tensor zeros(DType dtype, long... shape) {
    return engine.zeros(dtype, shape);
  }

  @Override
  public Tensor full(DType dtype, double value, long... shape) {
    return engine.full(dtype, value, shape);
  }

  @Override
  public Tensor arange(long start, long end) {
    return engine.arange(start, end);
  }

  @Override
  public Tensor ofFloats(float[] elements, long... shape) {
    return engine.ofFloats(elements, shape);
  }

  @Override
  public Tensor ofDoubles(double[] elements, long... shape) {
    return engine.ofDoubles(elements, shape);
  }

  @Override
  public Tensor ofLongs(long[] elements, long... shape) {
    return engine.ofLongs(elements, shape);
  }

  @Override
  public Tensor ofBooleans(boolean[] elements, long... shape) {
    return engine.ofBooleans(elements, shape);
  }

  @Override
  public Tensor ofBytes(MemorySegment source, DType dtype, long... shape) {
    return engine.ofBytes(source, dtype, shape);
  }

  @Override
  public Tensor concat(List<Tensor> tensors, int dimension) {
    return engine.concat(tensors, dimension);
  }

  @Override
  public void seed(long seed) {
    engine.seed(seed);
  }

  @Override
  public Tensor uniform(DType dtype, double low, double high, long... shape) {
    return engine.uniform(dtype, low, high, shape);
  }

  @Override
  public Tensor normal(DType dtype, double mean, double deviation, long... shape) {
    return engine.normal(dtype, mean, deviation, shape);
  }

  @Override
  public Tensor dropout(Tensor x, double probability) {
    return engine.dropout(x, probability);
  }

  @Override
  public Guard noGrad() {
    return engine.noGrad();
  }
}
