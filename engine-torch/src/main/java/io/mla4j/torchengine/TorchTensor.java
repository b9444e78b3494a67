package io.mla4j.torchengine;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * One libtorch tensor handle. Closing it drops this handle; libtorch counts the references.
 *
 * <p>A tensor over memory of its caller, and each view of one, holds that memory: libtorch would
 * end the process if it wrote to a read-only map, or read one that has gone.
 */
final class TorchTensor implements Tensor {

  private final TorchEngine engine;
  private final DType dtype;
  private final Optional<MemorySegment> borrowed;
  private org.bytedeco.pytorch.@Nullable Tensor handle;
  private @Nullable Shape shape;

  TorchTensor(TorchEngine engine, org.bytedeco.pytorch.Tensor handle) {
    this(engine, handle, Optional.empty());
  }

  /**
   * Wraps a handle.
   *
   * @param borrowed the caller's memory in which its elements lie, if they do
   */
  TorchTensor(
      TorchEngine engine, org.bytedeco.pytorch.Tensor handle, Optional<MemorySegment> borrowed) {
    this.engine = engine;
    this.handle = handle;
    this.borrowed = borrowed;
    this.dtype = TorchTypes.dtype(handle.scalar_type());
    TensorScope.register(this);
  }

  /** The handle behind a tensor of this engine. */
  static org.bytedeco.pytorch.Tensor handle(Tensor tensor) {
    if (tensor instanceof TorchTensor) {
      return ((TorchTensor) tensor).handle();
    }
    throw new IllegalArgumentException(
        "A tensor of the "
            + tensor.engine().name()
            + " engine cannot take part in an operation of the torch engine.");
  }

  org.bytedeco.pytorch.Tensor handle() {
    org.bytedeco.pytorch.Tensor open = handle;
    if (open == null) {
      throw new IllegalStateException(
          "This tensor was freed: its scope is closed. Keep it with TensorScope.keep.");
    }
    if (borrowed.isPresent() && !borrowed.get().scope().isAlive()) {
      throw new IllegalStateException(
          "The memory that this tensor was made over has been freed, as by closing its arena; keep"
              + " it open as long as the tensor is used.");
    }
    return open;
  }

  /** As {@link #handle}, of a tensor that may be written to. */
  static org.bytedeco.pytorch.Tensor writable(Tensor tensor) {
    if (tensor instanceof TorchTensor && ((TorchTensor) tensor).borrowed.isPresent()) {
      throw new IllegalStateException(
          "A tensor over memory of its caller, such as a mapped file, is only read; make one with"
              + " ofBytes to change it.");
    }
    return handle(tensor);
  }

  /** A result, which may be a view of this tensor's memory. */
  private TorchTensor derived(org.bytedeco.pytorch.Tensor result) {
    boolean view = borrowed.isPresent() && result.numel() > 0 && liesIn(borrowed.get(), result);
    return new TorchTensor(engine, result, view ? borrowed : Optional.empty());
  }

  private static boolean liesIn(MemorySegment memory, org.bytedeco.pytorch.Tensor tensor) {
    long offset = tensor.data_ptr().address() - memory.address();
    return offset >= 0 && offset < memory.byteSize();
  }

  private TorchTensor apply(Function<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> f) {
    return derived(TorchCall.run(() -> f.apply(handle())));
  }

  private TorchTensor apply(
      Tensor other,
      BiFunction<
              org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor>
          f) {
    org.bytedeco.pytorch.Tensor theirs = handle(other);
    return derived(TorchCall.run(() -> f.apply(handle(), theirs)));
  }

  private TorchTensor applyScalar(
      double value,
      BiFunction<org.bytedeco.pytorch.Tensor, Scalar, org.bytedeco.pytorch.Tensor> f) {
    boolean whole = !dtype.isFloating() && value == Math.rint(value);
    try (Scalar scalar = whole ? new Scalar((long) value) : new Scalar(value)) {
      return apply(t -> f.apply(t, scalar));
    }
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Shape shape() {
    Shape known = shape;
    if (known == null) {
      org.bytedeco.pytorch.Tensor t = handle();
      long[] extents = new long[(int) t.dim()];
      for (int i = 0; i < extents.length; i++) {
        extents[i] = t.size(i);
      }
      known = Shape.of(extents);
      shape = known;
    }
    return known;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

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
  public Tensor exp() {
    return apply(t -> t.exp());
  }

  @Override
  public Tensor log() {
    return apply(t -> t.log());
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
  public Tensor where(Tensor condition, Tensor other) {
    org.bytedeco.pytorch.Tensor chosen = handle(condition);
    return apply(other, (a, b) -> torch.where(chosen, a, b));
  }

  @Override
  public Tensor maskedFill(Tensor mask, double value) {
    org.bytedeco.pytorch.Tensor where = handle(mask);
    return applyScalar(value, (t, s) -> t.masked_fill(where, s));
  }

  @Override
  public Tensor sum(int dimension) {
    long[] axes = {shape().axis(dimension)};
    try (ScalarTypeOptional sameType = new ScalarTypeOptional()) {
      return apply(t -> t.sum(axes, true, sameType));
    }
  }

  @Override
  public Tensor max(int dimension) {
    long[] axes = {shape().axis(dimension)};
    return apply(t -> t.amax(axes, true));
  }

  @Override
  public Tensor argmax() {
    try (LongOptional last = new LongOptional(-1)) {
      return apply(t -> t.argmax(last, false));
    }
  }

  @Override
  public Tensor matmul(Tensor other) {
    return apply(other, (a, b) -> a.matmul(b));
  }

  @Override
  public Tensor reshape(long... extents) {
    long[] resolved = shape().reshaped(extents).toArray();
    return apply(t -> t.reshape(resolved));
  }

  @Override
  public Tensor transpose(int first, int second) {
    int a = shape().axis(first);
    int b = shape().axis(second);
    return apply(t -> t.transpose(a, b));
  }

  @Override
  public Tensor narrow(int dimension, long start, long length) {
    int axis = shape().axis(dimension);
    return apply(t -> t.narrow(axis, start, length));
  }

  @Override
  public Tensor expand(long... extents) {
    return apply(t -> t.expand(extents));
  }

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
  public Tensor contiguous() {
    return handle().is_contiguous() ? this : apply(t -> t.contiguous());
  }

  @Override
  public Tensor cast(DType target) {
    return target == dtype ? this : apply(t -> t.toType(TorchTypes.scalarType(target)));
  }

  @Override
  public Tensor requiresGrad(boolean required) {
    TorchCall.run(() -> handle().requires_grad_(required));
    return this;
  }

  @Override
  public boolean requiresGrad() {
    return handle().requires_grad();
  }

  @Override
  public Tensor detach() {
    return apply(t -> t.detach());
  }

  @Override
  public void backward() {
    TorchCall.run(() -> handle().backward());
  }

  @Override
  public Optional<Tensor> grad() {
    org.bytedeco.pytorch.Tensor theirs = handle().grad();
    return theirs.defined()
        ? Optional.of(new TorchTensor(engine, new org.bytedeco.pytorch.Tensor(theirs)))
        : Optional.empty();
  }

  @Override
  public void clearGrad() {
    handle().mutable_grad().reset();
  }

  @Override
  public void copyInPlace(Tensor source) {
    try (Engine.Guard guard = engine.noGrad()) {
      org.bytedeco.pytorch.Tensor mine = writable(this);
      org.bytedeco.pytorch.Tensor theirs = handle(source);
      TorchCall.run(() -> mine.copy_(theirs));
    }
  }

  @Override
  public float[] toFloats() {
    float[] elements = new float[count()];
    readAs(DType.FLOAT32, MemorySegment.ofArray(elements));
    return elements;
  }

  @Override
  public double[] toDoubles() {
    double[] elements = new double[count()];
    readAs(DType.FLOAT64, MemorySegment.ofArray(elements));
    return elements;
  }

  @Override
  public long[] toLongs() {
    if (dtype.isFloating()) {
      throw new IllegalStateException("A " + dtype + " tensor has no whole numbers to read.");
    }
    long[] elements = new long[count()];
    readAs(DType.INT64, MemorySegment.ofArray(elements));
    return elements;
  }

  @Override
  public double item() {
    if (shape().size() != 1) {
      return Tensor.super.item();
    }
    return TorchCall.run(() -> handle().item_double());
  }

  @Override
  public void copyTo(MemorySegment target) {
    readAs(dtype, target);
  }

  private int count() {
    return Math.toIntExact(shape().size());
  }

  /** Copies all elements, converted, through a contiguous tensor in the host's memory. */
  private void readAs(DType wanted, MemorySegment target) {
    long bytes = shape().size() * wanted.bytes();
    if (target.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "Reading this tensor needs " + bytes + " bytes, not " + target.byteSize() + ".");
    }
    if (bytes == 0) {
      return;
    }
    try (org.bytedeco.pytorch.Tensor plain = handle().detach();
        org.bytedeco.pytorch.Tensor converted = plain.toType(TorchTypes.scalarType(wanted));
        org.bytedeco.pytorch.Tensor host = converted.cpu();
        org.bytedeco.pytorch.Tensor rows = host.contiguous()) {
      MemorySegment.copy(memory(rows, bytes), 0, target, 0, bytes);
    }
  }

  /** The elements of a contiguous tensor in the host's memory. */
  static MemorySegment memory(org.bytedeco.pytorch.Tensor rows, long bytes) {
    Pointer data = rows.data_ptr();
    return MemorySegment.ofAddress(data.address())
        .reinterpret(bytes)
        .asSlice(0, bytes, ValueLayout.JAVA_BYTE.byteAlignment());
  }

  @Override
  public void close() {
    org.bytedeco.pytorch.Tensor open = handle;
    if (open != null) {
      handle = null;
      open.close();
    }
  }

  @Override
  public String toString() {
    return "torch " + dtype + shape();
  }
}
