package io.mla4j.tensor;

import java.util.Arrays;

/** The extents of a tensor, outermost first. Immutable; a scalar has rank 0. */
public final class Shape {

  private final long[] extents;
  private final long size;

  private Shape(long[] extents) {
    this.extents = extents;
    long product = 1;
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "A shape's extents are 0 or more, not " + Arrays.toString(extents) + ".");
      }
      try {
        product = Math.multiplyExact(product, extent);
      } catch (ArithmeticException overflow) {
        throw new IllegalArgumentException(
            "The shape " + Arrays.toString(extents) + " has more elements than 2^63.", overflow);
      }
    }
    this.size = product;
  }

  public static Shape of(long... extents) {
    return new Shape(extents.clone());
  }

  public int rank() {
    return extents.length;
  }

  /** The number of elements. */
  public long size() {
    return size;
  }

  /** The extent of a dimension; negative dimensions count from the end. */
  public long dim(int dimension) {
    return extents[axis(dimension)];
  }

  /** A dimension counted from the front, whichever way it was given. */
  public int axis(int dimension) {
    int axis = dimension < 0 ? dimension + extents.length : dimension;
    if (axis < 0 || axis >= extents.length) {
      throw new IllegalArgumentException(
          "Dimension " + dimension + " does not exist in the shape " + this + ".");
    }
    return axis;
  }

  public long[] toArray() {
    return extents.clone();
  }

  /** This shape with one extent replaced. */
  public Shape with(int dimension, long extent) {
    long[] changed = extents.clone();
    changed[axis(dimension)] = extent;
    return new Shape(changed);
  }

  /** This shape without one dimension. */
  public Shape without(int dimension) {
    int axis = axis(dimension);
    long[] shorter = new long[extents.length - 1];
    System.arraycopy(extents, 0, shorter, 0, axis);
    System.arraycopy(extents, axis + 1, shorter, axis, shorter.length - axis);
    return new Shape(shorter);
  }

  /** This shape with a dimension of the given extent put in before {@code dimension}. */
  public Shape insert(int dimension, long extent) {
    int axis = dimension < 0 ? dimension + extents.length + 1 : dimension;
    long[] longer = new long[extents.length + 1];
    System.arraycopy(extents, 0, longer, 0, axis);
    longer[axis] = extent;
    System.arraycopy(extents, axis, longer, axis + 1, extents.length - axis);
    return new Shape(longer);
  }

  /** The shape both broadcast to, as in NumPy. */
  public Shape broadcast(Shape other) {
    int rank = Math.max(rank(), other.rank());
    long[] result = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long mine = i <= rank() ? extents[rank() - i] : 1;
      long theirs = i <= other.rank() ? other.extents[other.rank() - i] : 1;
      if (mine != theirs && mine != 1 && theirs != 1) {
        throw new IllegalArgumentException(
            "The shapes " + this + " and " + other + " do not broadcast.");
      }
      result[rank - i] = mine == 1 ? theirs : mine;
    }
    return new Shape(result);
  }

  /**
   * Resolves a requested shape of the same size, in which one extent may be -1.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public Shape reshaped(long... requested) {
    long[] resolved = requested.clone();
    int free = -1;
    long known = 1;
    for (int i = 0; i < resolved.length; i++) {
      if (resolved[i] == -1 && free < 0) {
        free = i;
      } else {
        known *= resolved[i];
      }
    }
    if (free >= 0 && known > 0) {
      resolved[free] = size / known;
    }
    for (long extent : resolved) {
      if (extent < 0) {
        throw cannotReshape(requested);
      }
    }
    Shape result = new Shape(resolved);
    if (result.size != size) {
      throw cannotReshape(requested);
    }
    return result;
  }

  private IllegalArgumentException cannotReshape(long[] requested) {
    return new IllegalArgumentException(
        "The shape " + this + " cannot be reshaped to " + Arrays.toString(requested) + ".");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape && Arrays.equals(extents, ((Shape) other).extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
