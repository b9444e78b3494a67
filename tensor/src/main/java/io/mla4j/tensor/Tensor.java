package io.mla4j.tensor;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

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

  /** Element by element the larger one; NaN where one is NaN. */
  Tensor maximum(Tensor other);

  /** Element by element the smaller one; NaN where one is NaN. */
  Tensor minimum(Tensor other);

  /** Numbers below {@code lowest} raised to it and those above {@code highest} lowered to it. */
  Tensor clamp(double lowest, double highest);

  Tensor abs();

  /** The nearest whole number, of two equally near ones the even one; floating types. */
  Tensor round();

  /** The largest whole number that is not above; floating types. */
  Tensor floor();

  /** Each element to a power; floating types. */
  Tensor pow(double exponent);

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

  // Comparison; the results are BOOL. With NaN, lt, gt and eq are false, le and ge are true.

  Tensor lt(Tensor other);

  Tensor eq(Tensor other);

  default Tensor gt(Tensor other) {
    return other.lt(this);
  }

  default Tensor ge(Tensor other) {
    return lt(other).not();
  }

  default Tensor le(Tensor other) {
    return other.lt(this).not();
  }

  default Tensor lt(double scalar) {
    return lt(number(scalar));
  }

  default Tensor eq(double scalar) {
    return eq(number(scalar));
  }

  default Tensor gt(double scalar) {
    return gt(number(scalar));
  }

  default Tensor ge(double scalar) {
    return ge(number(scalar));
  }

  default Tensor le(double scalar) {
    return le(number(scalar));
  }

  /** A number in this tensor's type, which must be able to hold it. */
  private Tensor number(double scalar) {
    if (!dtype().isFloating() && scalar != Math.rint(scalar)) {
      throw new IllegalArgumentException(
          "The number " + scalar + " is not whole and cannot be compared with " + dtype() + ".");
    }
    return engine().full(dtype(), scalar);
  }

  // Logic; BOOL

  Tensor not();

  Tensor and(Tensor other);

  Tensor or(Tensor other);

  Tensor xor(Tensor other);

  // Choice

  /** Elements of this tensor where the condition holds, of the other one elsewhere. */
  Tensor where(Tensor condition, Tensor other);

  /** Elements of this tensor where the condition holds, the number elsewhere. */
  default Tensor where(Tensor condition, double other) {
    return where(condition, engine().full(dtype(), other));
  }

  /** This tensor with {@code value} wherever the mask (BOOL, broadcast) holds. */
  Tensor maskedFill(Tensor mask, double value);

  // Reductions; the dimension stays with extent 1

  Tensor sum(int dimension);

  Tensor max(int dimension);

  Tensor min(int dimension);

  /** Index of the largest element along a dimension, which disappears; INT64. */
  Tensor argmax(int dimension);

  /** Index of the largest element along the last dimension, which disappears; INT64. */
  default Tensor argmax() {
    return argmax(-1);
  }

  /** The sum of all elements, rank 0. */
  default Tensor sum() {
    return reshape(-1).sum(0).reshape();
  }

  default Tensor mean(int dimension) {
    return sum(dimension).mul(1.0 / shape().dim(dimension));
  }

  /** The sum of each element and those before it along a dimension; same shape and type. */
  Tensor cumulativeSum(int dimension);

  // Order; NaN counts as the largest, and of equal elements the first stays first

  /**
   * Elements in their order along a dimension.
   *
   * @param values in the order
   * @param indices where each stood, INT64
   */
  record Ranked(Tensor values, Tensor indices) {}

  /** The k largest elements along the last dimension, largest first. */
  Ranked topK(int k);

  Ranked sort(int dimension, boolean descending);

  default Tensor argsort(int dimension, boolean descending) {
    return sort(dimension, descending).indices();
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

  /**
   * A copy with slices added to: the i-th slice of the source along the dimension is added to the
   * slice that the i-th index names. Indices may repeat.
   *
   * @param indices [n] INT64
   * @param source of this shape but n along the dimension
   */
  Tensor indexAdd(int dimension, Tensor indices, Tensor source);

  /** A copy with slices replaced, as {@link #indexAdd} adds to them; indices must not repeat. */
  Tensor indexCopy(int dimension, Tensor indices, Tensor source);

  /**
   * A copy in which each element of the source replaces the one that {@link #gather} would take for
   * it; positions must not repeat.
   *
   * @param indices INT64 of the same rank
   * @param source of the indices' shape, or larger
   */
  Tensor scatter(int dimension, Tensor indices, Tensor source);

  /** A copy to which elements are added where {@link #scatter} replaces; positions may repeat. */
  Tensor scatterAdd(int dimension, Tensor indices, Tensor source);

  /** Whole numbers as rows that hold only there: [...] INT64 becomes [..., classes] BOOL. */
  default Tensor oneHot(long classes) {
    return unsqueeze(shape().rank()).eq(engine().arange(0, classes));
  }

  /** Views of these lengths, one after the other along a dimension. */
  default List<Tensor> split(int dimension, long... lengths) {
    List<Tensor> parts = new ArrayList<>();
    long start = 0;
    for (long length : lengths) {
      parts.add(narrow(dimension, start, length));
      start += length;
    }
    if (start != shape().dim(dimension)) {
      throw new IllegalArgumentException(
          "Lengths of %d together do not split dimension %d of the shape %s."
              .formatted(start, dimension, shape()));
    }
    return parts;
  }

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

  /** Goes on differentiating from the gradient of this tensor, of its shape and type. */
  void backward(Tensor gradient);

  /**
   * Calls a function with the gradient of this tensor, whenever it is computed, and goes on with
   * what it gives: the gradient itself or another one of its shape and type. On a leaf that is
   * before it is added to what has accumulated.
   *
   * @return ends the calls when closed; it holds this tensor and its graph until then
   */
  Engine.Guard onGradient(UnaryOperator<Tensor> function);

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
