package io.mla4j.nativeengine;

import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;

/** Row-major numbers with index arithmetic as plain as can be: the oracle of the tensor tests. */
record NdArray(double[] elements, Shape shape) {

  static NdArray of(Tensor tensor) {
    return new NdArray(tensor.toDoubles(), tensor.shape());
  }

  /** Coordinates of the element at a position. */
  static long[] coordinates(Shape shape, long position) {
    long[] result = new long[shape.rank()];
    long rest = position;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      result[d] = rest % shape.dim(d);
      rest /= shape.dim(d);
    }
    return result;
  }

  double at(long... coordinates) {
    long index = 0;
    for (int d = 0; d < shape.rank(); d++) {
      index = index * shape.dim(d) + coordinates[d];
    }
    return elements[(int) index];
  }

  /** The element a broadcast puts at these coordinates of a larger shape. */
  double broadcastAt(long[] coordinates) {
    long[] mine = new long[shape.rank()];
    for (int d = 0; d < mine.length; d++) {
      mine[d] = shape.dim(d) == 1 ? 0 : coordinates[coordinates.length - mine.length + d];
    }
    return at(mine);
  }

  /** The same, where only the leading dimensions broadcast and the last two are a matrix. */
  double productAt(long[] coordinates) {
    long[] mine = new long[shape.rank()];
    for (int d = 0; d < mine.length; d++) {
      boolean repeated = d < mine.length - 2 && shape.dim(d) == 1;
      mine[d] = repeated ? 0 : coordinates[coordinates.length - mine.length + d];
    }
    return at(mine);
  }

  NdArray combine(NdArray other, DoubleBinaryOperator op) {
    Shape result = shape.broadcast(other.shape);
    double[] combined = new double[(int) result.size()];
    for (int i = 0; i < combined.length; i++) {
      long[] at = coordinates(result, i);
      combined[i] = op.applyAsDouble(broadcastAt(at), other.broadcastAt(at));
    }
    return new NdArray(combined, result);
  }
}
