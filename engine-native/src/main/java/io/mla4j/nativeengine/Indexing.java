package io.mla4j.nativeengine;

import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Picks elements by index, and joins tensors. */
final class Indexing {

  private final KernelThreads threads;
  private final Copying copying;

  Indexing(KernelThreads threads, Copying copying) {
    this.threads = threads;
    this.copying = copying;
  }

  Tensor select(NativeTensor x, int axis, NativeTensor indices) {
    if (indices.dtype() != DType.INT64 || indices.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "Slices are selected by INT64 indices of rank 1, not by "
              + indices.dtype()
              + " of the shape "
              + indices.shape()
              + ".");
    }
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor rows = temporaries.rowMajor(x);
      NativeTensor picks = temporaries.rowMajor(indices);
      checkRange(picks, x.shape(), axis);
      NativeTensor out = x.engine().empty(x.dtype(), x.shape().with(axis, indices.shape().size()));
      selectSlices(rows, axis, picks, out);
      return out;
    }
  }

  private void selectSlices(NativeTensor rows, int axis, NativeTensor picks, NativeTensor out) {
    Shape shape = rows.shape();
    long inner = product(shape, axis + 1, shape.rank()) * rows.dtype().bytes();
    long extent = shape.dim(axis);
    long count = picks.shape().size();
    MemorySegment from = rows.bytesFromStart();
    MemorySegment to = out.memory();
    MemorySegment chosen = picks.memoryFromStart();
    threads.parallelFor(
        product(shape, 0, axis) * count,
        Math.max(1, Copying.GRAIN / Math.max(1, inner)),
        (first, end) -> {
          for (long i = first; i < end; i++) {
            long pick = chosen.getAtIndex(ValueLayout.JAVA_LONG, i % count);
            long slice = i / count * extent + pick;
            MemorySegment.copy(from, slice * inner, to, i * inner, inner);
          }
        });
  }

  private static long product(Shape shape, int from, int to) {
    long product = 1;
    for (int d = from; d < to; d++) {
      product *= shape.dim(d);
    }
    return product;
  }

  Tensor gather(NativeTensor x, int axis, NativeTensor indices) {
    checkGather(x.shape(), axis, indices);
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor picks = temporaries.rowMajor(indices);
      checkRange(picks, x.shape(), axis);
      NativeTensor out = x.engine().empty(x.dtype(), indices.shape());
      Layout source = x.layout();
      for (int d = 0; d < x.shape().rank(); d++) {
        long extent = d == axis ? Math.min(1, x.shape().dim(d)) : indices.shape().dim(d);
        source = source.narrow(d, 0, extent);
      }
      gatherEach(x, axis, source.expand(indices.shape()), picks, out);
      return out;
    }
  }

  private void gatherEach(
      NativeTensor x, int axis, Layout source, NativeTensor picks, NativeTensor out) {
    StridedLoop loop = new StridedLoop(out.layout(), picks.layout(), source);
    MemorySegment chosen = picks.memory();
    MemorySegment from = x.memory();
    MemorySegment to = out.memory();
    long stride = x.layout().stride(axis);
    int bytes = x.dtype().bytes();
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            long pick = chosen.getAtIndex(ValueLayout.JAVA_LONG, at[1] + i * loop.step(1));
            long element = at[2] + i * loop.step(2) + pick * stride;
            Copying.moveOne(from, element, to, at[0] + i, bytes);
          }
        });
  }

  private static void checkGather(Shape shape, int axis, NativeTensor indices) {
    boolean fits = indices.dtype() == DType.INT64 && indices.shape().rank() == shape.rank();
    for (int d = 0; fits && d < shape.rank(); d++) {
      fits = d == axis || indices.shape().dim(d) <= shape.dim(d);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Elements of the shape "
              + shape
              + " are gathered by INT64 indices of the same rank that are no larger in the other"
              + " dimensions, not by "
              + indices.dtype()
              + " of the shape "
              + indices.shape()
              + ".");
    }
  }

  static void checkRange(NativeTensor indices, Shape shape, int axis) {
    MemorySegment memory = indices.memoryFromStart();
    for (long i = 0; i < indices.shape().size(); i++) {
      long index = memory.getAtIndex(ValueLayout.JAVA_LONG, i);
      if (index < 0 || index >= shape.dim(axis)) {
        throw new IllegalArgumentException(
            "The index "
                + index
                + " lies outside dimension "
                + axis
                + " of the shape "
                + shape
                + "; it must be 0 to "
                + (shape.dim(axis) - 1)
                + ".");
      }
    }
  }

  Tensor concat(NativeEngine engine, List<Tensor> tensors, int dimension) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("There must be at least one tensor to join.");
    }
    NativeTensor first = NativeTensor.of(tensors.getFirst());
    int axis = first.shape().axis(dimension);
    NativeTensor out = engine.empty(first.dtype(), joined(first, tensors, axis));
    long position = 0;
    for (Tensor tensor : tensors) {
      long length = tensor.shape().dim(axis);
      try (NativeTensor part = out.unscopedView(out.layout().narrow(axis, position, length))) {
        copying.copy(NativeTensor.of(tensor), part);
      }
      position += length;
    }
    return out;
  }

  private static Shape joined(NativeTensor first, List<Tensor> tensors, int axis) {
    long extent = 0;
    for (Tensor tensor : tensors) {
      Arithmetic.requireSame("concat", first, NativeTensor.of(tensor));
      boolean alike =
          tensor.shape().rank() == first.shape().rank()
              && tensor.shape().with(axis, 0).equals(first.shape().with(axis, 0));
      if (!alike) {
        throw new IllegalArgumentException(
            "The shapes "
                + first.shape()
                + " and "
                + tensor.shape()
                + " cannot be joined along dimension "
                + axis
                + ", as they differ elsewhere.");
      }
      extent += tensor.shape().dim(axis);
    }
    return first.shape().with(axis, extent);
  }
}
