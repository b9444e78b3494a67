package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums, and largest and smallest elements, along a dimension. */
final class Reduction {

  private final Kernels kernels;

  Reduction(Kernels kernels) {
    this.kernels = kernels;
  }

  Tensor sum(NativeTensor x, int axis) {
    return switch (x.dtype()) {
      case FLOAT32 -> sumFloats(x, axis);
      case FLOAT64 -> reduce(x, axis, new DoubleSum());
      case BF16, FLOAT16 ->
          TensorScope.call(() -> sum(NativeTensor.of(x.cast(DType.FLOAT32)), axis).cast(x.dtype()));
      case INT8, INT32, INT64 -> reduce(x, axis, new WholeSum(ElementType.of(x.dtype())));
      case BOOL -> throw Arithmetic.unsupported("sum", x.dtype());
    };
  }

  private Tensor sumFloats(NativeTensor x, int axis) {
    if (alongRows(x, axis)) {
      NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape().with(axis, 1));
      int width = Math.toIntExact(x.shape().dim(axis));
      kernels.rows().sum(x.memory(), x.layout().offset(), out.memory(), out.shape().size(), width);
      return out;
    }
    return areSlices(x, axis)
        ? joinSlices(
            x, axis, x.engine().zeroed(DType.FLOAT32, x.shape().with(axis, 1)), BinaryOp.ADD)
        : reduce(x, axis, new FloatSum());
  }

  /** Whether the elements to reduce lie side by side, one reduction after the other. */
  private static boolean alongRows(NativeTensor x, int axis) {
    boolean last = axis == x.shape().rank() - 1;
    return last && x.layout().isRowMajor() && x.shape().dim(axis) <= Integer.MAX_VALUE;
  }

  /** Whether what is reduced are whole rows of adjacent elements. */
  private static boolean areSlices(NativeTensor x, int axis) {
    return axis < x.shape().rank() - 1 && x.layout().hasAdjacentElements();
  }

  /** Joins whole rows to the result so far, so that memory is read in its order. */
  private Tensor joinSlices(NativeTensor x, int axis, NativeTensor out, BinaryOp op) {
    Layout slice = x.layout().collapse(axis);
    StridedLoop loop = new StridedLoop(out.layout(), slice);
    MemorySegment from = x.memory();
    MemorySegment to = out.memory();
    long extent = x.shape().dim(axis);
    long stride = x.layout().stride(axis);
    long step = loop.step(1);
    loop.run(
        kernels.threads(),
        Math.max(1, Copying.GRAIN / Math.max(1, extent)),
        (at, count) -> {
          for (long i = 0; i < extent; i++) {
            long row = at[1] + i * stride;
            kernels.elementwise().binary(op, to, at[0], 1, from, row, step, to, at[0], count);
          }
        });
    return out;
  }

  Tensor max(NativeTensor x, int axis) {
    requireElements("max", x.shape(), axis);
    return switch (x.dtype()) {
      case FLOAT32 -> maxFloats(x, axis);
      case FLOAT64, BF16, FLOAT16 -> reduce(x, axis, new FloatingMax(ElementType.of(x.dtype())));
      case INT8, INT32, INT64 -> reduce(x, axis, new WholeMax(ElementType.of(x.dtype())));
      case BOOL -> throw Arithmetic.unsupported("max", x.dtype());
    };
  }

  private Tensor maxFloats(NativeTensor x, int axis) {
    if (!alongRows(x, axis)) {
      return areSlices(x, axis)
          ? joinSlices(
              x,
              axis,
              NativeTensor.of(
                  x.engine()
                      .full(
                          DType.FLOAT32,
                          Double.NEGATIVE_INFINITY,
                          x.shape().with(axis, 1).toArray())),
              BinaryOp.MAX)
          : reduce(x, axis, new FloatingMax(ElementType.FLOAT32));
    }
    NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape().with(axis, 1));
    int width = Math.toIntExact(x.shape().dim(axis));
    kernels.rows().max(x.memory(), x.layout().offset(), out.memory(), out.shape().size(), width);
    return out;
  }

  private static void requireElements(String operation, Shape shape, int axis) {
    if (shape.dim(axis) == 0) {
      throw new IllegalArgumentException(
          "The shape "
              + shape
              + " has no element along dimension "
              + axis
              + " for "
              + operation
              + ".");
    }
  }

  Tensor min(NativeTensor x, int axis) {
    requireElements("min", x.shape(), axis);
    return switch (x.dtype()) {
      case FLOAT32, FLOAT64, BF16, FLOAT16 ->
          reduce(x, axis, new FloatingMin(ElementType.of(x.dtype())));
      case INT8, INT32, INT64 -> reduce(x, axis, new WholeMin(ElementType.of(x.dtype())));
      case BOOL -> throw Arithmetic.unsupported("min", x.dtype());
    };
  }

  Tensor argmax(NativeTensor x, int axis) {
    requireElements("argmax", x.shape(), axis);
    if (x.dtype() == DType.BOOL) {
      throw Arithmetic.unsupported("argmax", x.dtype());
    }
    NativeTensor out = x.engine().empty(DType.INT64, x.shape().without(axis));
    try (NativeTensor column = out.unscopedView(Layout.rowMajor(x.shape().with(axis, 1)))) {
      reduceInto(column, x, axis, new IndexOfMax(ElementType.of(x.dtype())));
    }
    return out;
  }

  /** Reduces {@code count} elements, {@code stride} apart, into one. */
  private interface Reducer {
    void reduce(MemorySegment x, long from, long stride, long count, MemorySegment out, long to);
  }

  private Tensor reduce(NativeTensor x, int axis, Reducer reducer) {
    NativeTensor out = x.engine().empty(x.dtype(), x.shape().with(axis, 1));
    reduceInto(out, x, axis, reducer);
    return out;
  }

  private void reduceInto(NativeTensor out, NativeTensor x, int axis, Reducer reducer) {
    StridedLoop loop = new StridedLoop(out.layout(), x.layout().collapse(axis));
    MemorySegment from = x.memory();
    MemorySegment to = out.memory();
    long extent = x.shape().dim(axis);
    long stride = x.layout().stride(axis);
    loop.run(
        kernels.threads(),
        Math.max(1, Copying.GRAIN / Math.max(1, extent)),
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            long first = at[1] + i * loop.step(1);
            reducer.reduce(from, first, stride, extent, to, at[0] + i);
          }
        });
  }

  private record FloatSum() implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      double sum = 0;
      for (long i = 0; i < count; i++) {
        sum += x.getAtIndex(ValueLayout.JAVA_FLOAT, from + i * stride);
      }
      out.setAtIndex(ValueLayout.JAVA_FLOAT, to, (float) sum);
    }
  }

  private record DoubleSum() implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      double sum = 0;
      for (long i = 0; i < count; i++) {
        sum += x.getAtIndex(ValueLayout.JAVA_DOUBLE, from + i * stride);
      }
      out.setAtIndex(ValueLayout.JAVA_DOUBLE, to, sum);
    }
  }

  private record WholeSum(ElementType type) implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      long sum = 0;
      for (long i = 0; i < count; i++) {
        sum += type.getLong(x, from + i * stride);
      }
      type.setLong(out, to, sum);
    }
  }

  private record FloatingMax(ElementType type) implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      double max = Double.NEGATIVE_INFINITY;
      for (long i = 0; i < count; i++) {
        max = Math.max(max, type.get(x, from + i * stride));
      }
      type.set(out, to, max);
    }
  }

  private record WholeMax(ElementType type) implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      long max = Long.MIN_VALUE;
      for (long i = 0; i < count; i++) {
        max = Math.max(max, type.getLong(x, from + i * stride));
      }
      type.setLong(out, to, max);
    }
  }

  private record FloatingMin(ElementType type) implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      double min = Double.POSITIVE_INFINITY;
      for (long i = 0; i < count; i++) {
        min = Math.min(min, type.get(x, from + i * stride));
      }
      type.set(out, to, min);
    }
  }

  private record WholeMin(ElementType type) implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      long min = Long.MAX_VALUE;
      for (long i = 0; i < count; i++) {
        min = Math.min(min, type.getLong(x, from + i * stride));
      }
      type.setLong(out, to, min);
    }
  }

  /** The first of equal ones; NaN counts as the largest. */
  private record IndexOfMax(ElementType type) implements Reducer {
    @Override
    public void reduce(
        MemorySegment x, long from, long stride, long count, MemorySegment out, long to) {
      long best = 0;
      for (long i = 1; i < count; i++) {
        if (compare(x, from + i * stride, from + best * stride) > 0) {
          best = i;
        }
      }
      out.setAtIndex(ValueLayout.JAVA_LONG, to, best);
    }

    private int compare(MemorySegment x, long a, long b) {
      return type == ElementType.INT64
          ? Long.compare(type.getLong(x, a), type.getLong(x, b))
          : compareDoubles(type.get(x, a), type.get(x, b));
    }

    private static int compareDoubles(double a, double b) {
      return a == b ? 0 : Double.compare(a, b); // 0.0 and -0.0 are equal here
    }
  }
}
