package io.mla4j.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A dense array of numbers on an {@link Engine}. Operations return new tensors, which may share
 * their elements with the operand (views); only the methods whose names end in {@code InPlace}
 * change elements. Every new tensor joins the thread's {@link TensorScope}.
 *
 * <p>Binary operations broadcast as NumPy does. Operands of one operation have the same type unless
 * the method says otherwise. Dimensions may be negative, counting from the end.
 */
public interface Tensor extends AutoCloseable {

  Engine engine();

  Shape shape();

  DType dtype();

  default Device device() {
    return engine().device();
  }

  // Arithmetic

  Tensor add(Tensor other);

  Tensor sub(Tensor other);

  Tensor mul(Tensor other);

  Tensor div(Tensor other);

  Tensor add(double scalar);

  Tensor mul(double scalar);

  Tensor exp();

  Tensor log();

  Tensor sqrt();

  Tensor sin();

  Tensor cos();

  Tensor tanh();

  Tensor erf();

  default Tensor neg() {
    return mul(-1);
  }

  default Tensor square() {
    return mul(this);
  }

  default Tensor sigmoid() {
    return mul(0.5).tanh().mul(0.5).add(0.5);
  }

  // Comparison; the results are BOOL

  Tensor lt(Tensor other);

  Tensor eq(Tensor other);

  Tensor not();

  Tensor and(Tensor other);

  default Tensor ge(Tensor other) {
    return lt(other).not();
  }

  /** Elements of this tensor where the condition holds, of the other one elsewhere. */
  Tensor where(Tensor condition, Tensor other);

  /** This tensor with {@code value} wherever the mask (BOOL, broadcast) holds. */
  Tensor maskedFill(Tensor mask, double value);

  // Reductions; the dimension stays with extent 1

  Tensor sum(int dimension);

  Tensor max(int dimension);

  /** Index of the largest element along the last dimension, which disappears; INT64. */
  Tensor argmax();

  /** The sum of all elements, rank 0. */
  default Tensor sum() {
    return reshape(-1).sum(0).reshape();
  }

  default Tensor mean(int dimension) {
    return sum(dimension).mul(1.0 / shape().dim(dimension));
  }

  // Products

  /** Matrix product over the last two dimensions; leading ones broadcast. */
  Tensor matmul(Tensor other);

  // Layout

  /** The same elements in another shape; one extent may be -1. A view where possible. */
  Tensor reshape(long... shape);

  /** A view with two dimensions exchanged. */
  Tensor transpose(int first, int second);

  /** A view of {@code length} positions from {@code start} along a dimension. */
  Tensor narrow(int dimension, long start, long length);

  /** A view in which dimensions of extent 1 are repeated. */
  Tensor expand(long... shape);

  /** The slices along a dimension that the indices (INT64, rank 1) name, in their order. */
  Tensor indexSelect(int dimension, Tensor indices);

  /** Elements picked along a dimension by an index tensor (INT64) of the same rank. */
  Tensor gather(int dimension, Tensor indices);

  /** The same elements laid out row by row; this tensor itself if they are already. */
  Tensor contiguous();

  default Tensor unsqueeze(int dimension) {
    return reshape(shape().insert(dimension, 1).toArray());
  }

  default Tensor squeeze(int dimension) {
    if (shape().dim(dimension) != 1) {
      throw new IllegalArgumentException(
          "Dimension " + dimension + " of " + shape() + " is not 1 and cannot be squeezed.");
    }
    return reshape(shape().without(dimension).toArray());
  }

  // Types and places

  /** This tensor in another element type; this tensor itself if it has it already. */
  Tensor cast(DType dtype);

  // Automatic differentiation; engines that only infer refuse

  /** Marks a leaf for differentiation, in place, and returns it. */
  Tensor requiresGrad(boolean required);

  boolean requiresGrad();

  /** The same elements outside the graph. */
  Tensor detach();

  /** Differentiates this scalar and adds to the gradients of the leaves it depends on. */
  void backward();

  /** The gradient accumulated in this leaf, if there is one. */
  Optional<Tensor> grad();

  /** Forgets the accumulated gradient. */
  void clearGrad();

  // Elements

  /** Overwrites this tensor's elements with another one's, converting the type. */
  void copyInPlace(Tensor source);

  /** All elements, row by row, converted to float. */
  float[] toFloats();

  /** All elements, row by row, converted to double. */
  double[] toDoubles();

  /** All elements, row by row; integer and bool tensors only. */
  long[] toLongs();

  /** The only element. */
  default double item() {
    double[] all = toDoubles();
    if (all.length != 1) {
      throw new IllegalStateException(
          "Only a tensor of one element has an item; this one has the shape " + shape() + ".");
    }
    return all[0];
  }

  /**
   * Copies all elements, row by row, in this tensor's own type and the machine's byte order.
   *
   * @param target at least {@code shape().size() * dtype().bytes()} bytes
   */
  void copyTo(MemorySegment target);

  // Lifetime

  /** Frees this tensor now rather than with its scope. A second call does nothing. */
  @Override
  void close();

  // Shorthands for fused operations of the engine

  default Tensor softmax() {
    return engine().softmax(this);
  }

  default Tensor logSoftmax() {
    return engine().logSoftmax(this);
  }
}
