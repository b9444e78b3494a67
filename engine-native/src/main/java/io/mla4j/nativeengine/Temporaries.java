package io.mla4j.nativeengine;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Tensors one operation needs for itself, closed with it whether or not a scope is open. */
final class Temporaries implements AutoCloseable {

  private final List<NativeTensor> tensors = new ArrayList<>();

  NativeTensor empty(NativeEngine engine, DType dtype, Shape shape) {
    NativeTensor tensor = engine.unscoped(dtype, shape);
    tensors.add(tensor);
    return tensor;
  }

  /** The tensor itself, or a copy if it is not laid out row by row. */
  NativeTensor rowMajor(NativeTensor tensor) {
    return tensor.layout().isRowMajor() ? tensor : copy(tensor);
  }

  /** The tensor itself, or a copy if its last dimension does not lie side by side. */
  NativeTensor adjacent(NativeTensor tensor) {
    return tensor.layout().hasAdjacentElements() ? tensor : copy(tensor);
  }

  /** The tensor itself, or a copy in FLOAT32. */
  NativeTensor floats(NativeTensor tensor) {
    return tensor.engine().copying().as(DType.FLOAT32, tensor, this);
  }

  NativeTensor copy(NativeTensor tensor) {
    NativeTensor copy = empty(tensor.engine(), tensor.dtype(), tensor.shape());
    tensor.engine().copying().copy(tensor, copy);
    return copy;
  }

  @Override
  public void close() {
    tensors.forEach(NativeTensor::close);
  }
}
