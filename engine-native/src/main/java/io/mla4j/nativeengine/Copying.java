package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves and converts elements. */
final class Copying {

  static final long GRAIN = 1 << 15;

  private final KernelThreads threads;
  private final ConversionBodies conversions;

  Copying(Kernels kernels) {
    this.threads = kernels.threads();
    this.conversions = kernels.bodies().conversions();
  }

  /** Copies all elements, converting the type; both have the same shape. */
  void copy(NativeTensor from, NativeTensor to) {
    MemorySegment source = from.memory();
    MemorySegment target = to.memory();
    StridedLoop loop = new StridedLoop(to.layout(), from.layout());
    if (from.dtype() == to.dtype()) {
      move(loop, source, target, from.dtype().bytes());
    } else {
      convert(loop, ElementType.of(from.dtype()), source, ElementType.of(to.dtype()), target);
    }
  }

  private void move(StridedLoop loop, MemorySegment source, MemorySegment target, int bytes) {
    long to = loop.step(0);
    long from = loop.step(1);
    loop.run(
        threads,
        GRAIN,
        (at, count) -> moveRun(source, at[1], from, target, at[0], to, count, bytes));
  }

  /** Copies elements that lie a step apart, whatever their type, by their width. */
  static void moveRun(
      MemorySegment source,
      long from,
      long fromStep,
      MemorySegment target,
      long to,
      long toStep,
      int count,
      int bytes) {
    if (toStep == 1 && fromStep == 1) {
      MemorySegment.copy(source, from * bytes, target, to * bytes, (long) count * bytes);
    } else {
      moveEach(source, from, fromStep, target, to, toStep, count, bytes);
    }
  }

  private static void moveEach(
      MemorySegment source,
      long from,
      long fromStep,
      MemorySegment target,
      long to,
      long toStep,
      int count,
      int bytes) {
    if (bytes == 4) { // float32 views are everyday; the rest may take its time
      for (int i = 0; i < count; i++) {
        int bits = source.getAtIndex(ValueLayout.JAVA_INT, from + i * fromStep);
        target.setAtIndex(ValueLayout.JAVA_INT, to + i * toStep, bits);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      moveOne(source, from + i * fromStep, target, to + i * toStep, bytes);
    }
  }

  /** Copies one element whatever its type, by its width. */
  static void moveOne(MemorySegment source, long from, MemorySegment target, long to, int bytes) {
    switch (bytes) {
      case 1 -> target.set(ValueLayout.JAVA_BYTE, to, source.get(ValueLayout.JAVA_BYTE, from));
      case 2 ->
          target.setAtIndex(
              ValueLayout.JAVA_SHORT, to, source.getAtIndex(ValueLayout.JAVA_SHORT, from));
      case 4 ->
          target.setAtIndex(
              ValueLayout.JAVA_INT, to, source.getAtIndex(ValueLayout.JAVA_INT, from));
      default ->
          target.setAtIndex(
              ValueLayout.JAVA_LONG, to, source.getAtIndex(ValueLayout.JAVA_LONG, from));
    }
  }

  private void convert(
      StridedLoop loop,
      ElementType from,
      MemorySegment source,
      ElementType to,
      MemorySegment target) {
    long toStep = loop.step(0);
    long fromStep = loop.step(1);
    boolean adjacent = toStep == 1 && fromStep == 1;
    loop.run(
        threads,
        GRAIN,
        (at, count) -> {
          if (adjacent && from == ElementType.BF16 && to == ElementType.FLOAT32) {
            conversions.widen(source, at[1] * Short.BYTES, target, at[0], count);
            return;
          }
          if (adjacent && from == ElementType.FLOAT32 && to == ElementType.BF16) {
            conversions.narrow(source, at[1], target, at[0] * Short.BYTES, count);
            return;
          }
          for (int i = 0; i < count; i++) {
            convertOne(from, source, at[1] + i * fromStep, to, target, at[0] + i * toStep);
          }
        });
  }

  private static void convertOne(
      ElementType from,
      MemorySegment source,
      long fromIndex,
      ElementType to,
      MemorySegment target,
      long toIndex) {
    if (from == ElementType.INT64) { // not through double, which holds 53 bits
      to.setLong(target, toIndex, from.getLong(source, fromIndex));
    } else {
      to.set(target, toIndex, from.get(source, fromIndex));
    }
  }

  /** Overwrites elements; the source has the same shape. */
  void copyInPlace(NativeTensor target, NativeTensor source) {
    if (target.storage().isBorrowed()) {
      throw new IllegalStateException(
          "A tensor over memory of its caller, such as a mapped file, is only read; make one with"
              + " ofBytes to change it.");
    }
    if (!target.shape().equals(source.shape())) {
      throw new IllegalArgumentException(
          "Elements of the shape "
              + source.shape()
              + " cannot be copied into the shape "
              + target.shape()
              + ".");
    }
    if (target.layout().repeats()) {
      throw new IllegalArgumentException(
          "An expanded tensor cannot be written to, as its elements stand for several positions.");
    }
    try (Temporaries temporaries = new Temporaries()) {
      boolean overlaps = target.sharesMemoryWith(source);
      copy(overlaps ? temporaries.copy(source) : source, target);
    } finally {
      target.storage().dropPacked();
    }
  }

  /** Writes a row-major tensor's elements from memory in its own type. */
  void fill(NativeTensor target, MemorySegment source) {
    long bytes = target.shape().size() * target.dtype().bytes();
    MemorySegment.copy(source, 0, target.memory(), 0, bytes);
  }

  void copyTo(NativeTensor source, MemorySegment target) {
    long bytes = source.shape().size() * source.dtype().bytes();
    if (target.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "A tensor of "
              + bytes
              + " bytes was to be copied into "
              + target.byteSize()
              + " bytes of memory.");
    }
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor rows = temporaries.rowMajor(source);
      MemorySegment.copy(rows.memoryFromStart(), 0, target, 0, bytes);
    }
  }

  float[] toFloats(NativeTensor tensor) {
    float[] elements = new float[arrayLength(tensor.shape())];
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor floats = temporaries.rowMajor(as(DType.FLOAT32, tensor, temporaries));
      MemorySegment memory = floats.memoryFromStart();
      MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, elements, 0, elements.length);
    }
    return elements;
  }

  double[] toDoubles(NativeTensor tensor) {
    double[] elements = new double[arrayLength(tensor.shape())];
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor doubles = temporaries.rowMajor(as(DType.FLOAT64, tensor, temporaries));
      MemorySegment memory = doubles.memoryFromStart();
      MemorySegment.copy(memory, ValueLayout.JAVA_DOUBLE, 0, elements, 0, elements.length);
    }
    return elements;
  }

  long[] toLongs(NativeTensor tensor) {
    if (tensor.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "A tensor of " + tensor.dtype() + " has no whole elements; cast it to INT64 first.");
    }
    long[] elements = new long[arrayLength(tensor.shape())];
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor longs = temporaries.rowMajor(as(DType.INT64, tensor, temporaries));
      MemorySegment memory = longs.memoryFromStart();
      MemorySegment.copy(memory, ValueLayout.JAVA_LONG, 0, elements, 0, elements.length);
    }
    return elements;
  }

  /** The tensor itself or a converted copy. */
  NativeTensor as(DType dtype, NativeTensor tensor, Temporaries temporaries) {
    if (tensor.dtype() == dtype) {
      return tensor;
    }
    NativeTensor converted = temporaries.empty(tensor.engine(), dtype, tensor.shape());
    copy(tensor, converted);
    return converted;
  }

  private static int arrayLength(Shape shape) {
    if (shape.size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A tensor of the shape " + shape + " has too many elements for a Java array.");
    }
    return (int) shape.size();
  }
}
