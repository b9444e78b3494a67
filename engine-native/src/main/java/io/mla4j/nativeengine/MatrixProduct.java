package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/** Matrix products over the last two dimensions. */
final class MatrixProduct {

  private final Kernels kernels;

  MatrixProduct(Kernels kernels) {
    this.kernels = kernels;
  }

  Tensor matmul(NativeTensor a, NativeTensor b) {
    Arithmetic.requireSame("matmul", a, b);
    check(a.shape(), b.shape());
    return switch (a.dtype()) {
      case FLOAT32, FLOAT64 -> multiply(a, b);
      case BF16, FLOAT16 ->
          TensorScope.call(
              () ->
                  matmul(
                          NativeTensor.of(a.cast(DType.FLOAT32)),
                          NativeTensor.of(b.cast(DType.FLOAT32)))
                      .cast(a.dtype()));
      case INT8, INT32, INT64, BOOL -> throw Arithmetic.unsupported("matmul", a.dtype());
    };
  }

  private static void check(Shape a, Shape b) {
    if (a.rank() < 2 || b.rank() < 2 || a.dim(-1) != b.dim(-2)) {
      throw new IllegalArgumentException(
          "The shapes "
              + a
              + " and "
              + b
              + " have no matrix product, which takes [..., M, K] and [..., K, N].");
    }
  }

  private Tensor multiply(NativeTensor a, NativeTensor b) {
    if (b.shape().rank() == 2 && a.shape().rank() > 2 && a.layout().isRowMajor()) {
      return multiplyRows(a, b);
    }
    Shape leading = leading(a.shape()).broadcast(leading(b.shape()));
    Shape result = append(leading, a.shape().dim(-2), b.shape().dim(-1));
    Layout left = a.layout().expand(append(leading, a.shape().dim(-2), a.shape().dim(-1)));
    Layout right = b.layout().expand(append(leading, b.shape().dim(-2), b.shape().dim(-1)));
    NativeTensor out = a.engine().empty(a.dtype(), result);
    eachMatrix(leading, new Operand(a, left), new Operand(b, right), out);
    return out;
  }

  /** With one matrix on the right, all leading dimensions on the left are rows of one product. */
  private Tensor multiplyRows(NativeTensor a, NativeTensor b) {
    long rows = leading(a.shape()).size() * a.shape().dim(-2);
    long depth = a.shape().dim(-1);
    Layout flat = a.layout().reshape(Shape.of(rows, depth)).orElseThrow();
    Shape result = a.shape().with(-1, b.shape().dim(-1));
    NativeTensor out = a.engine().empty(a.dtype(), result);
    try (NativeTensor flatOut =
        out.unscopedView(Layout.rowMajor(Shape.of(rows, b.shape().dim(-1))))) {
      eachMatrix(Shape.of(), new Operand(a, flat), new Operand(b, b.layout()), flatOut);
    }
    return out;
  }

  private static Shape leading(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
  }

  private static Shape append(Shape leading, long rows, long columns) {
    return leading.insert(leading.rank(), rows).insert(leading.rank() + 1, columns);
  }

  /** A tensor and the layout it is read with. */
  private record Operand(NativeTensor tensor, Layout layout) {

    long offset(Shape leading, long index) {
      long offset = layout.offset();
      long rest = index;
      for (int d = leading.rank() - 1; d >= 0; d--) {
        offset += rest % leading.dim(d) * layout.stride(d);
        rest /= leading.dim(d);
      }
      return offset;
    }

    Matrix matrix(Shape leading, long index) {
      return new Matrix(
          tensor.memory(),
          tensor.shape().size() == 0 ? 0 : offset(leading, index),
          layout.shape().dim(-2),
          layout.shape().dim(-1),
          layout.stride(-2),
          layout.stride(-1));
    }
  }

  private void eachMatrix(Shape leading, Operand a, Operand b, NativeTensor out) {
    Operand c = new Operand(out, out.layout());
    boolean floats = out.dtype() == DType.FLOAT32;
    kernels
        .threads()
        .parallelFor(
            leading.size(),
            grain(a, b),
            (from, to) -> {
              for (long i = from; i < to; i++) {
                if (floats) {
                  multiplyFloats(a.matrix(leading, i), b.matrix(leading, i), c.matrix(leading, i));
                } else {
                  multiplyDoubles(
                      a, a.offset(leading, i), b, b.offset(leading, i), c, c.offset(leading, i));
                }
              }
            });
  }

  /** Small products are not worth a thread each. */
  private static long grain(Operand a, Operand b) {
    double operations = (double) a.layout().shape().dim(-2) * a.layout().shape().dim(-1);
    operations *= b.layout().shape().dim(-1);
    return (long) Math.max(1, (1 << 18) / Math.max(1, operations));
  }

  private void multiplyFloats(Matrix a, Matrix b, Matrix c) {
    kernels.products().multiply(a, b.transposed(), Optional.empty(), c);
  }

  private void multiplyDoubles(Operand a, long aFrom, Operand b, long bFrom, Operand c, long to) {
    long rows = a.layout().shape().dim(-2);
    long columns = b.layout().shape().dim(-1);
    MemorySegment x = a.tensor().memory();
    MemorySegment y = b.tensor().memory();
    MemorySegment out = c.tensor().memory();
    for (long m = 0; m < rows; m++) {
      for (long n = 0; n < columns; n++) {
        long left = aFrom + m * a.layout().stride(-2);
        long right = bFrom + n * b.layout().stride(-1);
        double sum = 0;
        for (long k = 0; k < a.layout().shape().dim(-1); k++) {
          sum +=
              x.getAtIndex(ValueLayout.JAVA_DOUBLE, left + k * a.layout().stride(-1))
                  * y.getAtIndex(ValueLayout.JAVA_DOUBLE, right + k * b.layout().stride(-2));
        }
        out.setAtIndex(ValueLayout.JAVA_DOUBLE, to + m * columns + n, sum);
      }
    }
  }
}
