package io.mla4j.nativeengine;

import io.mla4j.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/** Where the elements of a shape lie: an offset and a stride a dimension, in elements. */
final class Layout {

  private final Shape shape;
  private final long[] strides;
  private final long offset;
  private final boolean rowMajor;

  private Layout(Shape shape, long[] strides, long offset) {
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.rowMajor = isRowMajor(shape, strides);
  }

  /** Where the elements of a matrix lie; equal for all layouts that mean the same. */
  record Rows(long offset, long rows, long columns, long rowStride, long columnStride) {}

  /** The places of a matrix. */
  Rows rows() {
    return new Rows(offset, shape.dim(0), shape.dim(1), strides[0], strides[1]);
  }

  /** Row by row from the start. */
  static Layout rowMajor(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, shape.dim(i));
    }
    return new Layout(shape, strides, 0);
  }

  private static boolean isRowMajor(Shape shape, long[] strides) {
    long expected = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      if (shape.dim(i) != 1 && strides[i] != expected) {
        return shape.size() == 0;
      }
      expected *= shape.dim(i);
    }
    return true;
  }

  Shape shape() {
    return shape;
  }

  long offset() {
    return offset;
  }

  /** The stride of a dimension, which may be negative to count from the end. */
  long stride(int dimension) {
    return strides[shape.axis(dimension)];
  }

  long[] strides() {
    return strides.clone();
  }

  /** Whether the elements lie row by row without gaps. */
  boolean isRowMajor() {
    return rowMajor;
  }

  /** Whether the elements of the last dimension lie side by side. */
  boolean hasAdjacentElements() {
    return shape.rank() > 0 && (shape.dim(-1) <= 1 || strides[strides.length - 1] == 1);
  }

  /** Whether several positions share one element. */
  boolean repeats() {
    for (int i = 0; i < strides.length; i++) {
      if (strides[i] == 0 && shape.dim(i) > 1) {
        return true;
      }
    }
    return false;
  }

  Layout transpose(int first, int second) {
    int a = shape.axis(first);
    int b = shape.axis(second);
    long[] extents = shape.toArray();
    long[] exchanged = strides.clone();
    extents[a] = shape.dim(b);
    extents[b] = shape.dim(a);
    exchanged[a] = strides[b];
    exchanged[b] = strides[a];
    return new Layout(Shape.of(extents), exchanged, offset);
  }

  Layout narrow(int dimension, long start, long length) {
    int axis = shape.axis(dimension);
    if (start < 0 || length < 0 || start > shape.dim(axis) - length) {
      throw new IllegalArgumentException(
          "Positions "
              + start
              + " to "
              + (start + length)
              + " do not lie in dimension "
              + dimension
              + " of the shape "
              + shape
              + ".");
    }
    return new Layout(
        shape.with(axis, length), strides, length == 0 ? offset : offset + start * strides[axis]);
  }

  /** Repeats dimensions of extent 1, adding some at the front where the rank grows. */
  Layout expand(Shape target) {
    int added = target.rank() - shape.rank();
    if (added < 0) {
      throw cannotExpand(target);
    }
    long[] repeated = new long[target.rank()];
    for (int i = 0; i < repeated.length; i++) {
      long extent = i < added ? 1 : shape.dim(i - added);
      if (extent != 1 && extent != target.dim(i)) {
        throw cannotExpand(target);
      }
      repeated[i] = i >= added && extent == target.dim(i) ? strides[i - added] : 0;
    }
    return new Layout(target, repeated, offset);
  }

  private IllegalArgumentException cannotExpand(Shape target) {
    return new IllegalArgumentException(
        "The shape " + shape + " cannot be expanded to " + target + ".");
  }

  /** One dimension's extent set to 1, as for the result of a reduction over it. */
  Layout collapse(int dimension) {
    return new Layout(shape.with(dimension, 1), strides, offset);
  }

  /** The same elements in another shape of equal size, if strides can express it. */
  Optional<Layout> reshape(Shape target) {
    if (rowMajor) {
      Layout result = rowMajor(target);
      return Optional.of(new Layout(target, result.strides, offset));
    }
    return Reshaping.strides(shape.toArray(), strides, target.toArray())
        .map(result -> new Layout(target, result, offset));
  }

  @Override
  public String toString() {
    return shape + " by " + Arrays.toString(strides) + " from " + offset;
  }
}
