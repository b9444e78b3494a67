package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Puts elements and slices where indices say, in a copy, in the order of the indices. */
final class Scattering {

  private final Kernels kernels;

  Scattering(Kernels kernels) {
    this.kernels = kernels;
  }

  Tensor slices(NativeTensor x, int axis, NativeTensor indices, NativeTensor source, boolean adds) {
    requireSlices(x, axis, indices, source, adds);
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor picks = temporaries.rowMajor(indices);
      Indexing.checkRange(picks, x.shape(), axis);
      MemorySegment chosen = picks.memoryFromStart();
      NativeTensor out = copy(x);
      for (long i = 0; i < indices.shape().size(); i++) {
        long pick = chosen.getAtIndex(ValueLayout.JAVA_LONG, i);
        Layout to = out.layout().narrow(axis, pick, 1);
        put(out, to, source, source.layout().narrow(axis, i, 1), adds);
      }
      return out;
    }
  }

  private static NativeTensor copy(NativeTensor x) {
    NativeTensor out = x.engine().empty(x.dtype(), x.shape());
    x.engine().copying().copy(x, out);
    return out;
  }

  private static void requireSlices(
      NativeTensor x, int axis, NativeTensor indices, NativeTensor source, boolean adds) {
    Arithmetic.requireSame(adds ? "indexAdd" : "indexCopy", x, source);
    boolean fits =
        indices.dtype() == DType.INT64
            && indices.shape().rank() == 1
            && source.shape().equals(x.shape().with(axis, indices.shape().dim(0)));
    if (!fits) {
      throw new IllegalArgumentException(
          "Slices %s %s do not go to %s %s of the shape %s along dimension %d."
              .formatted(
                  source.dtype(),
                  source.shape(),
                  indices.dtype(),
                  indices.shape(),
                  x.shape(),
                  axis));
    }
    requireNumbers(x, adds);
  }

  private static void requireNumbers(NativeTensor x, boolean adds) {
    if (adds && x.dtype() == DType.BOOL) {
      throw Arithmetic.unsupported("adding by index", x.dtype());
    }
  }

  private void put(
      NativeTensor out, Layout target, NativeTensor source, Layout from, boolean adds) {
    StridedLoop loop = new StridedLoop(target, from);
    MemorySegment to = out.memory();
    MemorySegment elements = source.memory();
    loop.run(kernels.threads(), Copying.GRAIN, run(out.dtype(), loop, elements, to, adds));
  }

  private StridedLoop.Run run(
      DType dtype, StridedLoop loop, MemorySegment from, MemorySegment to, boolean adds) {
    long toStep = loop.step(0);
    long fromStep = loop.step(1);
    if (!adds) {
      return (at, count) ->
          Copying.moveRun(from, at[1], fromStep, to, at[0], toStep, count, dtype.bytes());
    }
    if (dtype == DType.FLOAT32 && toStep == 1) {
      return (at, count) ->
          kernels
              .elementwise()
              .binary(BinaryOp.ADD, to, at[0], 1, from, at[1], fromStep, to, at[0], count);
    }
    ElementType type = ElementType.of(dtype);
    return (at, count) -> {
      for (int i = 0; i < count; i++) {
        addOne(type, from, at[1] + i * fromStep, to, at[0] + i * toStep);
      }
    };
  }

  private static void addOne(
      ElementType type, MemorySegment from, long source, MemorySegment to, long target) {
    if (type.isFloating()) {
      type.set(to, target, type.get(to, target) + type.get(from, source));
    } else {
      type.setLong(to, target, type.getLong(to, target) + type.getLong(from, source));
    }
  }

  Tensor elements(
      NativeTensor x, int axis, NativeTensor indices, NativeTensor source, boolean adds) {
    requireElements(x, axis, indices, source, adds);
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor picks = temporaries.rowMajor(indices);
      Indexing.checkRange(picks, x.shape(), axis);
      NativeTensor out = copy(x);
      Layout elements = source.layout();
      Layout base = out.layout();
      for (int d = 0; d < x.shape().rank(); d++) {
        elements = elements.narrow(d, 0, indices.shape().dim(d));
        base =
            base.narrow(d, 0, d == axis ? Math.min(1, x.shape().dim(d)) : indices.shape().dim(d));
      }
      if (indices.shape().size() > 0) {
        putEach(picks, source, elements, out, base.expand(indices.shape()), axis, adds);
      }
      return out;
    }
  }

  /** On one thread, since several elements may go to one place. */
  private void putEach(
      NativeTensor picks,
      NativeTensor source,
      Layout elements,
      NativeTensor out,
      Layout base,
      int axis,
      boolean adds) {
    StridedLoop loop = new StridedLoop(picks.layout(), elements, base);
    MemorySegment chosen = picks.memory();
    MemorySegment from = source.memory();
    MemorySegment to = out.memory();
    ElementType type = ElementType.of(out.dtype());
    long stride = out.layout().stride(axis);
    loop.run(
        kernels.threads(),
        Long.MAX_VALUE,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            long pick = chosen.getAtIndex(ValueLayout.JAVA_LONG, at[0] + i * loop.step(0));
            long element = at[1] + i * loop.step(1);
            long place = at[2] + i * loop.step(2) + pick * stride;
            if (adds) {
              addOne(type, from, element, to, place);
            } else {
              Copying.moveOne(from, element, to, place, out.dtype().bytes());
            }
          }
        });
  }

  private static void requireElements(
      NativeTensor x, int axis, NativeTensor indices, NativeTensor source, boolean adds) {
    Arithmetic.requireSame(adds ? "scatterAdd" : "scatter", x, source);
    requireNumbers(x, adds);
    Shape shape = indices.shape();
    boolean fits =
        indices.dtype() == DType.INT64
            && shape.rank() == x.shape().rank()
            && shape.rank() == source.shape().rank();
    for (int d = 0; fits && d < shape.rank(); d++) {
      fits =
          shape.dim(d) <= source.shape().dim(d) && (d == axis || shape.dim(d) <= x.shape().dim(d));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Elements of the shape %s do not go by %s indices %s into the shape %s."
              .formatted(source.shape(), indices.dtype(), shape, x.shape()));
    }
  }
}
