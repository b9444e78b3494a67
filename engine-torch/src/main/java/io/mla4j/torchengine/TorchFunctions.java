package io.mla4j.torchengine;

import io.mla4j.tensor.Autocast;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/** The operations of a tensor that are each one call of libtorch. */
abstract class TorchFunctions implements Tensor {

  @Override
  public abstract TorchEngine engine();

  abstract org.bytedeco.pytorch.Tensor handle();

  /** A result, which may be a view of this tensor's memory. */
  abstract TorchTensor derived(org.bytedeco.pytorch.Tensor result);

  final TorchTensor apply(Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> f) {
    return derived(engine().call(() -> f.apply(handle())));
  }

  /** As {@link #apply}, in the type that a precision scope gives the operation. */
  private Tensor in(
      Autocast operation,
      Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> function) {
    org.bytedeco.pytorch.Tensor operand = TorchTensor.handle(operation.operand(this));
    return engine().wrap(() -> function.apply(operand));
  }

  final TorchTensor apply(
      Tensor other,
      BiFunction<
              org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor>
          f) {
    org.bytedeco.pytorch.Tensor theirs = TorchTensor.handle(other);
    return derived(engine().call(() -> f.apply(handle(), theirs)));
  }

  final TorchTensor applyScalar(
      double value,
      BiFunction<org.bytedeco.pytorch.Tensor, Scalar, org.bytedeco.pytorch.Tensor> f) {
    try (Scalar scalar = scalar(value)) {
      return apply(t -> f.apply(t, scalar));
    }
  }

  private Scalar scalar(double value) {
    boolean whole = !dtype().isFloating() && value == Math.rint(value);
    return whole ? new Scalar((long) value) : new Scalar(value);
  }

  // Arithmetic

  @Override
  public Tensor add(Tensor other) {
    return apply(other, (a, b) -> a.add(b));
  }

  @Override
  public Tensor sub(Tensor other) {
    return apply(other, (a, b) -> a.sub(b));
  }

  @Override
  public Tensor mul(Tensor other) {
    return apply(other, (a, b) -> a.mul(b));
  }

  @Override
  public Tensor div(Tensor other) {
    return apply(other, (a, b) -> a.div(b));
  }

  @Override
  public Tensor add(double scalar) {
    return applyScalar(scalar, (t, s) -> t.add(s));
  }

  @Override
  public Tensor mul(double scalar) {
    return applyScalar(scalar, (t, s) -> t.mul(s));
  }

  @Override
  public Tensor maximum(Tensor other) {
    return apply(other, (a, b) -> a.maximum(b));
  }

  @Override
  public Tensor minimum(Tensor other) {
    return apply(other, (a, b) -> a.minimum(b));
  }

  @Override
  public Tensor clamp(double lowest, double highest) {
    try (ScalarOptional from = bound(Math.ceil(lowest), lowest);
        ScalarOptional to = bound(Math.floor(highest), highest)) {
      return apply(t -> t.clamp(from, to));
    }
  }

  /** None where it is infinite, which whole numbers cannot be. */
  private ScalarOptional bound(double whole, double value) {
    if (Double.isInfinite(value)) {
      return new ScalarOptional();
    }
    try (Scalar scalar = scalar(dtype().isFloating() ? value : whole)) {
      return new ScalarOptional(scalar);
    }
  }

  @Override
  public Tensor abs() {
    return apply(t -> t.abs());
  }

  @Override
  public Tensor round() {
    requireFloating("round");
    return apply(t -> t.round());
  }

  @Override
  public Tensor floor() {
    requireFloating("floor");
    return apply(t -> t.floor());
  }

  @Override
  public Tensor pow(double exponent) {
    requireFloating("pow");
    try (Scalar power = new Scalar(exponent)) {
      return in(Autocast.POW, t -> t.pow(power));
    }
  }

  private void requireFloating(String operation) {
    if (!dtype().isFloating()) {
      throw new IllegalArgumentException(
          "There is no " + operation + " for " + dtype() + "; cast the tensor first.");
    }
  }

  @Override
  public Tensor exp() {
    return in(Autocast.EXP, t -> t.exp());
  }

  @Override
  public Tensor log() {
    return in(Autocast.LOG, t -> t.log());
  }

  @Override
  public Tensor sqrt() {
    return apply(t -> t.sqrt());
  }

  @Override
  public Tensor sin() {
    return apply(t -> t.sin());
  }

  @Override
  public Tensor cos() {
    return apply(t -> t.cos());
  }

  @Override
  public Tensor tanh() {
    return apply(t -> t.tanh());
  }

  @Override
  public Tensor erf() {
    return apply(t -> t.erf());
  }

  @Override
  public Tensor sigmoid() {
    return apply(t -> t.sigmoid());
  }

  @Override
  public Tensor lt(Tensor other) {
    return apply(other, (a, b) -> a.lt(b));
  }

  @Override
  public Tensor eq(Tensor other) {
    return apply(other, (a, b) -> a.eq(b));
  }

  @Override
  public Tensor not() {
    return apply(t -> t.logical_not());
  }

  @Override
  public Tensor and(Tensor other) {
    return apply(other, (a, b) -> a.logical_and(b));
  }

  @Override
  public Tensor or(Tensor other) {
    return apply(other, (a, b) -> a.logical_or(b));
  }

  @Override
  public Tensor xor(Tensor other) {
    return apply(other, (a, b) -> a.logical_xor(b));
  }

  @Override
  public Tensor where(Tensor condition, Tensor other) {
    org.bytedeco.pytorch.Tensor chosen = TorchTensor.handle(condition);
    return apply(other, (a, b) -> torch.where(chosen, a, b));
  }

  @Override
  public Tensor maskedFill(Tensor mask, double value) {
    org.bytedeco.pytorch.Tensor where = TorchTensor.handle(mask);
    return applyScalar(value, (t, s) -> t.masked_fill(where, s));
  }

  @Override
  public Tensor sum(int dimension) {
    long[] axes = {shape().axis(dimension)};
    try (ScalarTypeOptional sameType = new ScalarTypeOptional()) {
      return in(Autocast.SUM, t -> t.sum(axes, true, sameType));
    }
  }

  @Override
  public Tensor max(int dimension) {
    long[] axes = {shape().axis(dimension)};
    return apply(t -> t.amax(axes, true));
  }

  @Override
  public Tensor min(int dimension) {
    long[] axes = {shape().axis(dimension)};
    return apply(t -> t.amin(axes, true));
  }

  @Override
  public Tensor argmax(int dimension) {
    try (LongOptional axis = new LongOptional(shape().axis(dimension))) {
      return apply(t -> t.argmax(axis, false));
    }
  }

  @Override
  public Tensor cumulativeSum(int dimension) {
    int axis = shape().axis(dimension);
    if (dtype() == DType.BOOL) {
      throw new IllegalArgumentException("There is no cumulative sum of BOOL; cast it first.");
    }
    Tensor operand = Autocast.CUMULATIVE_SUM.operand(this);
    org.bytedeco.pytorch.Tensor elements = TorchTensor.handle(operand);
    try (ScalarTypeOptional sameType =
        new ScalarTypeOptional(TorchTypes.scalarType(operand.dtype()))) {
      return engine().wrap(() -> elements.cumsum(axis, sameType));
    }
  }

  // Order

  /** libtorch's own top-k promises no order of equal elements, so a stable sort is cut off. */
  @Override
  public Ranked topK(int k) {
    long width = shape().dim(-1);
    if (k < 0 || k > width) {
      throw new IllegalArgumentException(
          "The %d largest of %d elements cannot be taken.".formatted(k, width));
    }
    Ranked sorted = sort(-1, true);
    return new Ranked(sorted.values().narrow(-1, 0, k), sorted.indices().narrow(-1, 0, k));
  }

  @Override
  public Ranked sort(int dimension, boolean descending) {
    int axis = shape().axis(dimension);
    try (BoolOptional stable = new BoolOptional(true);
        T_TensorTensor_T pair = engine().call(() -> handle().sort(stable, axis, descending))) {
      return new Ranked(
          new TorchTensor(engine(), new org.bytedeco.pytorch.Tensor(pair.get0())),
          new TorchTensor(engine(), new org.bytedeco.pytorch.Tensor(pair.get1())));
    }
  }

  // Elements by index

  @Override
  public Tensor indexSelect(int dimension, Tensor indices) {
    int axis = shape().axis(dimension);
    return apply(indices, (t, i) -> t.index_select(axis, i));
  }

  @Override
  public Tensor gather(int dimension, Tensor indices) {
    int axis = shape().axis(dimension);
    return apply(indices, (t, i) -> t.gather(axis, i));
  }

  @Override
  public Tensor indexAdd(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    requireSlices(axis, indices, source);
    org.bytedeco.pytorch.Tensor slices = TorchTensor.handle(like(source));
    return apply(indices, (t, i) -> t.index_add(axis, i, slices));
  }

  @Override
  public Tensor indexCopy(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    requireSlices(axis, indices, source);
    org.bytedeco.pytorch.Tensor slices = TorchTensor.handle(like(source));
    return apply(indices, (t, i) -> t.index_copy(axis, i, slices));
  }

  /** In a precision scope what is put into a tensor takes the tensor's type. */
  private Tensor like(Tensor source) {
    boolean converts =
        Autocast.current().isPresent() && source.dtype().isFloating() && dtype().isFloating();
    return converts ? source.cast(dtype()) : source;
  }

  private void requireSlices(int axis, Tensor indices, Tensor source) {
    boolean fits =
        indices.dtype() == DType.INT64
            && indices.shape().rank() == 1
            && source.shape().equals(shape().with(axis, indices.shape().dim(0)));
    if (!fits) {
      throw new IllegalArgumentException(
          "Slices %s %s do not go to %s %s of the shape %s along dimension %d."
              .formatted(
                  source.dtype(), source.shape(), indices.dtype(), indices.shape(), shape(), axis));
    }
  }

  @Override
  public Tensor scatter(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    org.bytedeco.pytorch.Tensor elements = TorchTensor.handle(like(source));
    return apply(indices, (t, i) -> t.scatter(axis, i, elements));
  }

  @Override
  public Tensor scatterAdd(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    org.bytedeco.pytorch.Tensor elements = TorchTensor.handle(like(source));
    return apply(indices, (t, i) -> t.scatter_add(axis, i, elements));
  }
}
