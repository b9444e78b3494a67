package io.mla4j.nativeengine;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A layout over counted native memory. */
final class NativeTensor extends NativeFunctions {

  private final NativeEngine engine;
  private final DType dtype;
  private final Layout layout;
  private final AtomicReference<@Nullable Storage> storage;

  NativeTensor(NativeEngine engine, DType dtype, Layout layout, Storage storage) {
    this.engine = engine;
    this.dtype = dtype;
    this.layout = layout;
    this.storage = new AtomicReference<>(storage);
  }

  /** This engine's tensor behind the interface. */
  static NativeTensor of(Tensor tensor) {
    if (tensor instanceof NativeTensor mine) {
      return mine;
    }
    throw new IllegalArgumentException(
        "A tensor of the "
            + tensor.engine().name()
            + " engine was given to the native engine; copy its elements with ofBytes.");
  }

  static IllegalStateException closedAlready() {
    return new IllegalStateException(
        "This tensor has been closed, by hand or with its scope; keep it in its scope to use it"
            + " later.");
  }

  @Override
  NativeTensor self() {
    return this;
  }

  @Override
  public NativeEngine engine() {
    return engine;
  }

  @Override
  public Shape shape() {
    return layout.shape();
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  Layout layout() {
    return layout;
  }

  /** All of the memory this tensor's layout refers to. */
  MemorySegment memory() {
    return storage().memory();
  }

  /** The memory from this tensor's first element on. */
  MemorySegment memoryFromStart() {
    return memory().asSlice(layout.offset() * dtype.bytes());
  }

  /** As {@link #memoryFromStart}, but elements may start at any byte. */
  MemorySegment bytesFromStart() {
    return storage().bytes().asSlice(layout.offset() * dtype.bytes());
  }

  Storage storage() {
    Storage current = storage.get();
    if (current == null) {
      throw closedAlready();
    }
    return current;
  }

  boolean sharesMemoryWith(NativeTensor other) {
    return storage() == other.storage();
  }

  private NativeTensor view(Layout other) {
    NativeTensor view = new NativeTensor(engine, dtype, other, storage().retain());
    TensorScope.register(view);
    return view;
  }

  /** A view that no scope knows; whoever asked closes it. */
  NativeTensor unscopedView(Layout other) {
    return new NativeTensor(engine, dtype, other, storage().retain());
  }

  @Override
  public Tensor matmul(Tensor other) {
    return engine.matrixProduct().matmul(this, of(other));
  }

  // Layout

  @Override
  public Tensor reshape(long... extents) {
    Shape target = shape().reshaped(extents);
    Optional<Layout> reshaped = layout.reshape(target);
    if (reshaped.isPresent()) {
      return view(reshaped.get());
    }
    NativeTensor moved = engine.empty(dtype, target);
    try (NativeTensor rows = moved.unscopedView(Layout.rowMajor(shape()))) {
      engine.copying().copy(this, rows);
    }
    return moved;
  }

  @Override
  public Tensor transpose(int first, int second) {
    return view(layout.transpose(first, second));
  }

  @Override
  public Tensor narrow(int dimension, long start, long length) {
    return view(layout.narrow(dimension, start, length));
  }

  @Override
  public Tensor expand(long... extents) {
    return view(layout.expand(Shape.of(extents)));
  }

  @Override
  public Tensor contiguous() {
    storage();
    return layout.isRowMajor() ? this : copyTo(engine.empty(dtype, shape()));
  }

  @Override
  public Tensor cast(DType target) {
    storage();
    return target == dtype ? this : copyTo(engine.empty(target, shape()));
  }

  private NativeTensor copyTo(NativeTensor target) {
    engine.copying().copy(this, target);
    return target;
  }

  // Automatic differentiation

  static UnsupportedOperationException infersOnly() {
    return new UnsupportedOperationException(
        "The native engine runs inference only; train with the torch engine.");
  }

  @Override
  public Tensor requiresGrad(boolean required) {
    if (required) {
      throw infersOnly();
    }
    return this;
  }

  @Override
  public boolean requiresGrad() {
    return false;
  }

  @Override
  public Tensor detach() {
    return view(layout);
  }

  @Override
  public void backward() {
    throw infersOnly();
  }

  @Override
  public void backward(Tensor gradient) {
    throw infersOnly();
  }

  @Override
  public Engine.Guard onGradient(UnaryOperator<Tensor> function) {
    throw infersOnly();
  }

  @Override
  public Optional<Tensor> grad() {
    throw infersOnly();
  }

  @Override
  public void clearGrad() {
    throw infersOnly();
  }

  // Elements

  @Override
  public void copyInPlace(Tensor source) {
    engine.copying().copyInPlace(this, of(source));
  }

  @Override
  public float[] toFloats() {
    return engine.copying().toFloats(this);
  }

  @Override
  public double[] toDoubles() {
    return engine.copying().toDoubles(this);
  }

  @Override
  public long[] toLongs() {
    return engine.copying().toLongs(this);
  }

  @Override
  public void copyTo(MemorySegment target) {
    engine.copying().copyTo(this, target);
  }

  @Override
  public void close() {
    Storage last = storage.getAndSet(null);
    if (last != null) {
      last.release();
    }
  }

  @Override
  public String toString() {
    return "Tensor" + shape() + " " + dtype + (storage.get() == null ? ", closed" : "");
  }
}
