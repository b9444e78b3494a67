package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.row.Elementwise;
import io.mla4j.kernels.scalar.ErrorFunction;
import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Functions of one and of two elements. */
final class Arithmetic {

  private final Elementwise kernels;
  private final HalfBlocks halves;
  private final KernelThreads threads;

  Arithmetic(Kernels kernels) {
    this.kernels = kernels.elementwise();
    this.halves = new HalfBlocks(kernels);
    this.threads = kernels.threads();
  }

  Tensor unary(UnaryOp op, NativeTensor x) {
    return switch (x.dtype()) {
      case FLOAT32 -> unaryFloats(op, x);
      case FLOAT64 -> unaryDoubles(op, x);
      case BF16 -> unaryHalves(op, x);
      case FLOAT16 ->
          TensorScope.call(() -> unary(op, NativeTensor.of(x.cast(DType.FLOAT32))).cast(x.dtype()));
      case INT8, INT32, INT64, BOOL -> throw unsupported(op.name(), x.dtype());
    };
  }

  private Tensor unaryFloats(UnaryOp op, NativeTensor x) {
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor rows = temporaries.rowMajor(x);
      NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape());
      MemorySegment from = rows.memory();
      MemorySegment to = out.memory();
      new StridedLoop(out.layout(), rows.layout())
          .run(
              threads,
              Copying.GRAIN,
              (at, count) -> kernels.unary(op, from, at[1], to, at[0], count));
      return out;
    }
  }

  private Tensor unaryHalves(UnaryOp op, NativeTensor x) {
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor rows = temporaries.rowMajor(x);
      NativeTensor out = x.engine().empty(DType.BF16, x.shape());
      MemorySegment from = rows.memory();
      MemorySegment to = out.memory();
      new StridedLoop(out.layout(), rows.layout())
          .run(
              threads,
              Copying.GRAIN,
              (at, count) -> halves.unary(op, from, at[1], to, at[0], count));
      return out;
    }
  }

  private Tensor unaryDoubles(UnaryOp op, NativeTensor x) {
    NativeTensor out = x.engine().empty(DType.FLOAT64, x.shape());
    MemorySegment from = x.memory();
    MemorySegment to = out.memory();
    StridedLoop loop = new StridedLoop(out.layout(), x.layout());
    long step = loop.step(1);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            double value = from.getAtIndex(ValueLayout.JAVA_DOUBLE, at[1] + i * step);
            to.setAtIndex(ValueLayout.JAVA_DOUBLE, at[0] + i, apply(op, value));
          }
        });
    return out;
  }

  private static double apply(UnaryOp op, double x) {
    return switch (op) {
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case ERF -> ErrorFunction.erf(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case GELU -> x * 0.5 * (1 + ErrorFunction.erf(x * Math.sqrt(0.5)));
      case SILU -> x / (1 + Math.exp(-x));
    };
  }

  Tensor binary(BinaryOp op, NativeTensor a, double scalar) {
    if (!a.dtype().isFloating() && scalar != Math.rint(scalar)) {
      throw new IllegalArgumentException(
          "The number "
              + scalar
              + " is not whole and cannot be combined with "
              + a.dtype()
              + "; cast the tensor first.");
    }
    try (NativeTensor b = a.engine().unscoped(a.dtype(), Shape.of())) {
      ElementType.of(a.dtype()).set(b.memory(), 0, scalar);
      return binary(op, a, b);
    }
  }

  Tensor binary(BinaryOp op, NativeTensor a, NativeTensor b) {
    requireSame(op.name(), a, b);
    return switch (a.dtype()) {
      case FLOAT32 -> binaryFloats(op, a, b);
      case FLOAT64 -> binaryDoubles(op, a, b);
      case BF16 -> binaryHalves(op, a, b);
      case FLOAT16 -> throughFloat32(op, a, b);
      case INT8, INT32, INT64 -> {
        if (op == BinaryOp.DIV) {
          throw unsupported(op.name(), a.dtype());
        }
        yield binaryWhole(op, a, b);
      }
      case BOOL -> throw unsupported(op.name(), a.dtype());
    };
  }

  private Tensor binaryHalves(BinaryOp op, NativeTensor a, NativeTensor b) {
    Layout left = a.layout().expand(a.shape().broadcast(b.shape()));
    Layout right = b.layout().expand(left.shape());
    StridedLoop loop = new StridedLoop(Layout.rowMajor(left.shape()), left, right);
    if (!HalfBlocks.accepts(loop.step(1)) || !HalfBlocks.accepts(loop.step(2))) {
      return throughFloat32(op, a, b);
    }
    MemorySegment x = a.memory();
    MemorySegment y = b.memory();
    NativeTensor out = a.engine().empty(DType.BF16, left.shape());
    MemorySegment to = out.memory();
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) ->
            halves.binary(
                op,
                new HalfBlocks.Operand(x, at[1], loop.step(1)),
                new HalfBlocks.Operand(y, at[2], loop.step(2)),
                to,
                at[0],
                count));
    return out;
  }

  private Tensor throughFloat32(BinaryOp op, NativeTensor a, NativeTensor b) {
    return TensorScope.call(
        () -> {
          NativeTensor left = NativeTensor.of(a.cast(DType.FLOAT32));
          NativeTensor right = NativeTensor.of(b.cast(DType.FLOAT32));
          return binary(op, left, right).cast(a.dtype());
        });
  }

  private Tensor binaryFloats(BinaryOp op, NativeTensor a, NativeTensor b) {
    Layout left = a.layout().expand(a.shape().broadcast(b.shape()));
    Layout right = b.layout().expand(left.shape());
    MemorySegment x = a.memory();
    MemorySegment y = b.memory();
    NativeTensor out = a.engine().empty(DType.FLOAT32, left.shape());
    MemorySegment to = out.memory();
    StridedLoop loop = new StridedLoop(out.layout(), left, right);
    long xStep = loop.step(1);
    long yStep = loop.step(2);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> kernels.binary(op, x, at[1], xStep, y, at[2], yStep, to, at[0], count));
    return out;
  }

  private Tensor binaryDoubles(BinaryOp op, NativeTensor a, NativeTensor b) {
    Layout left = a.layout().expand(a.shape().broadcast(b.shape()));
    Layout right = b.layout().expand(left.shape());
    MemorySegment x = a.memory();
    MemorySegment y = b.memory();
    NativeTensor out = a.engine().empty(DType.FLOAT64, left.shape());
    MemorySegment to = out.memory();
    StridedLoop loop = new StridedLoop(out.layout(), left, right);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            double p = x.getAtIndex(ValueLayout.JAVA_DOUBLE, at[1] + i * loop.step(1));
            double q = y.getAtIndex(ValueLayout.JAVA_DOUBLE, at[2] + i * loop.step(2));
            to.setAtIndex(ValueLayout.JAVA_DOUBLE, at[0] + i, apply(op, p, q));
          }
        });
    return out;
  }

  private static double apply(BinaryOp op, double a, double b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
    };
  }

  private Tensor binaryWhole(BinaryOp op, NativeTensor a, NativeTensor b) {
    Layout left = a.layout().expand(a.shape().broadcast(b.shape()));
    Layout right = b.layout().expand(left.shape());
    ElementType type = ElementType.of(a.dtype());
    MemorySegment x = a.memory();
    MemorySegment y = b.memory();
    NativeTensor out = a.engine().empty(a.dtype(), left.shape());
    MemorySegment to = out.memory();
    StridedLoop loop = new StridedLoop(out.layout(), left, right);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            long p = type.getLong(x, at[1] + i * loop.step(1));
            long q = type.getLong(y, at[2] + i * loop.step(2));
            type.setLong(to, at[0] + i, apply(op, p, q));
          }
        });
    return out;
  }

  private static long apply(BinaryOp op, long a, long b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case MAX -> Math.max(a, b);
      case DIV -> throw new IllegalStateException("Whole numbers are not divided here.");
    };
  }

  static void requireSame(String operation, NativeTensor a, NativeTensor b) {
    if (a.dtype() != b.dtype()) {
      throw new IllegalArgumentException(
          "The operands of "
              + operation
              + " are "
              + a.dtype()
              + " and "
              + b.dtype()
              + "; cast one of them to the other's type.");
    }
  }

  static IllegalArgumentException unsupported(String operation, DType dtype) {
    return new IllegalArgumentException(
        "The native engine has no "
            + operation
            + " for "
            + dtype
            + "; cast the tensor to another type first.");
  }
}
