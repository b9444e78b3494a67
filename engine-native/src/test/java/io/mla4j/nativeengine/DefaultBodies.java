package io.mla4j.nativeengine;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Creates tensors on another engine and runs the fused operations' default bodies on them. */
record DefaultBodies(Engine engine) implements Engine {

  @Override
  public String name() {
    return "default bodies";
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
  public Tensor dropout(Tensor x, double probability) {
    return engine.dropout(x, probability);
  }
}
