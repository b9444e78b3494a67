package io.mla4j.torchengine;

import io.mla4j.tensor.Autocast;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.jspecify.annotations.Nullable;

/**
 * One libtorch tensor handle. Closing it drops this handle; libtorch counts the references.
 *
 * <p>A tensor over memory of its caller, and each view of one, holds that memory: libtorch would
 * end the process if it wrote to a read-only map, or read one that has gone.
 */
final class TorchTensor extends TorchFunctions {

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

  @Override
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

  @Override
  TorchTensor derived(org.bytedeco.pytorch.Tensor result) {
    boolean view = borrowed.isPresent() && result.numel() > 0 && liesIn(borrowed.get(), result);
    return new TorchTensor(engine, result, view ? borrowed : Optional.empty());
  }

  private static boolean liesIn(MemorySegment memory, org.bytedeco.pytorch.Tensor tensor) {
    long offset = tensor.data_ptr().address() - memory.address();
    return offset >= 0 && offset < memory.byteSize();
  }

  @Override
  public TorchEngine engine() {
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
  public Tensor matmul(Tensor other) {
    Tensor left = Autocast.MATMUL.operand(this);
    Tensor right = Autocast.MATMUL.operand(other);
    if (engine.halfOnHost(left.dtype())) {
      return left.cast(DType.FLOAT32).matmul(right.cast(DType.FLOAT32)).cast(DType.FLOAT16);
    }
    org.bytedeco.pytorch.Tensor factor = handle(right);
    return engine.wrap(() -> handle(left).matmul(factor));
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
  public Tensor contiguous() {
    return handle().is_contiguous() ? this : apply(t -> t.contiguous());
  }

  @Override
  public Tensor cast(DType target) {
    return target == dtype ? this : apply(t -> t.toType(TorchTypes.scalarType(target)));
  }

  @Override
  public Tensor requiresGrad(boolean required) {
    engine.call(() -> handle().requires_grad_(required));
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
    engine.graph().backward(engine.caller(), () -> handle().backward());
  }

  @Override
  public void backward(Tensor gradient) {
    if (!gradient.shape().equals(shape()) || gradient.dtype() != dtype) {
      throw new IllegalArgumentException(
          "The gradient of %s %s is not %s %s."
              .formatted(dtype, shape(), gradient.dtype(), gradient.shape()));
    }
    org.bytedeco.pytorch.Tensor given = handle(gradient);
    try (BoolOptional graphIsFreed = new BoolOptional();
        TensorArrayRefOptional allLeaves = new TensorArrayRefOptional()) {
      engine
          .graph()
          .backward(
              engine.caller(), () -> handle().backward(given, graphIsFreed, false, allLeaves));
    }
  }

  @Override
  public Engine.Guard onGradient(UnaryOperator<Tensor> function) {
    if (!requiresGrad()) {
      throw new IllegalStateException("This tensor has no gradient to look at.");
    }
    return TorchGradientHook.on(this, function);
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
      engine.call(() -> mine.copy_(theirs));
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
      return super.item();
    }
    return engine.call(() -> handle().item_double());
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
