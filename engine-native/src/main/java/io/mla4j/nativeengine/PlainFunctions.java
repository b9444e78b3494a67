package io.mla4j.nativeengine;

import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Functions of one and of two elements that have no kernel: plain loops over every type. */
final class PlainFunctions {

  private final KernelThreads threads;

  PlainFunctions(KernelThreads threads) {
    this.threads = threads;
  }

  Tensor abs(NativeTensor x) {
    return x.dtype().isFloating() ? floating("abs", x, Math::abs) : whole("abs", x, Math::abs);
  }

  Tensor clamp(NativeTensor x, double lowest, double highest) {
    if (x.dtype().isFloating()) {
      return floating("clamp", x, value -> Math.min(Math.max(value, lowest), highest));
    }
    long low = (long) Math.ceil(lowest);
    long high = (long) Math.floor(highest);
    return whole("clamp", x, value -> Math.min(Math.max(value, low), high));
  }

  Tensor floating(String operation, NativeTensor x, DoubleUnaryOperator function) {
    if (!x.dtype().isFloating()) {
      throw Arithmetic.unsupported(operation, x.dtype());
    }
    ElementType type = ElementType.of(x.dtype());
    return each(x, (from, i, to, j) -> type.set(to, j, function.applyAsDouble(type.get(from, i))));
  }

  private Tensor whole(String operation, NativeTensor x, LongUnaryOperator function) {
    requireNumbers(operation, x);
    ElementType type = ElementType.of(x.dtype());
    return each(
        x, (from, i, to, j) -> type.setLong(to, j, function.applyAsLong(type.getLong(from, i))));
  }

  private static void requireNumbers(String operation, NativeTensor x) {
    if (x.dtype() == DType.BOOL) {
      throw Arithmetic.unsupported(operation, x.dtype());
    }
  }

  /** Computes one element. */
  private interface One {
    void compute(MemorySegment from, long i, MemorySegment to, long j);
  }

  private Tensor each(NativeTensor x, One function) {
    NativeTensor out = x.engine().empty(x.dtype(), x.shape());
    MemorySegment from = x.memory();
    MemorySegment to = out.memory();
    StridedLoop loop = new StridedLoop(out.layout(), x.layout());
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            function.compute(from, at[1] + i * loop.step(1), to, at[0] + i);
          }
        });
    return out;
  }

  Tensor minimum(NativeTensor a, NativeTensor b) {
    return combine("minimum", a, b, Math::min, Math::min);
  }

  private Tensor combine(
      String operation,
      NativeTensor a,
      NativeTensor b,
      DoubleBinaryOperator floating,
      LongBinaryOperator whole) {
    Arithmetic.requireSame(operation, a, b);
    requireNumbers(operation, a);
    Layout left = a.layout().expand(a.shape().broadcast(b.shape()));
    Layout right = b.layout().expand(left.shape());
    ElementType type = ElementType.of(a.dtype());
    MemorySegment x = a.memory();
    MemorySegment y = b.memory();
    NativeTensor out = a.engine().empty(a.dtype(), left.shape());
    MemorySegment to = out.memory();
    boolean isFloating = a.dtype().isFloating();
    StridedLoop loop = new StridedLoop(out.layout(), left, right);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            long p = at[1] + i * loop.step(1);
            long q = at[2] + i * loop.step(2);
            if (isFloating) {
              type.set(to, at[0] + i, floating.applyAsDouble(type.get(x, p), type.get(y, q)));
            } else {
              type.setLong(
                  to, at[0] + i, whole.applyAsLong(type.getLong(x, p), type.getLong(y, q)));
            }
          }
        });
    return out;
  }
}
