package io.mla4j.nativeengine;

import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Comparisons, logic, and choosing elements by conditions. */
final class Comparison {

  private final KernelThreads threads;

  Comparison(KernelThreads threads) {
    this.threads = threads;
  }

  /** Judges one pair of elements. */
  private interface Judge {
    boolean test(MemorySegment x, long i, MemorySegment y, long j);
  }

  Tensor lessThan(NativeTensor a, NativeTensor b) {
    Arithmetic.requireSame("lt", a, b);
    ElementType type = ElementType.of(a.dtype());
    return a.dtype().isFloating()
        ? judge(a, b, (x, i, y, j) -> type.get(x, i) < type.get(y, j))
        : judge(a, b, (x, i, y, j) -> type.getLong(x, i) < type.getLong(y, j));
  }

  Tensor equal(NativeTensor a, NativeTensor b) {
    Arithmetic.requireSame("eq", a, b);
    ElementType type = ElementType.of(a.dtype());
    return a.dtype().isFloating()
        ? judge(a, b, (x, i, y, j) -> type.get(x, i) == type.get(y, j))
        : judge(a, b, (x, i, y, j) -> type.getLong(x, i) == type.getLong(y, j));
  }

  Tensor and(NativeTensor a, NativeTensor b) {
    requireBool("and", a);
    requireBool("and", b);
    return judge(
        a,
        b,
        (x, i, y, j) ->
            x.get(ValueLayout.JAVA_BYTE, i) != 0 && y.get(ValueLayout.JAVA_BYTE, j) != 0);
  }

  Tensor or(NativeTensor a, NativeTensor b) {
    requireBool("or", a);
    requireBool("or", b);
    return judge(
        a,
        b,
        (x, i, y, j) ->
            x.get(ValueLayout.JAVA_BYTE, i) != 0 || y.get(ValueLayout.JAVA_BYTE, j) != 0);
  }

  Tensor xor(NativeTensor a, NativeTensor b) {
    requireBool("xor", a);
    requireBool("xor", b);
    return judge(
        a,
        b,
        (x, i, y, j) ->
            (x.get(ValueLayout.JAVA_BYTE, i) != 0) != (y.get(ValueLayout.JAVA_BYTE, j) != 0));
  }

  Tensor not(NativeTensor a) {
    requireBool("not", a);
    return judge(a, a, (x, i, y, j) -> x.get(ValueLayout.JAVA_BYTE, i) == 0);
  }

  private Tensor judge(NativeTensor a, NativeTensor b, Judge judge) {
    Layout left = a.layout().expand(a.shape().broadcast(b.shape()));
    Layout right = b.layout().expand(left.shape());
    MemorySegment x = a.memory();
    MemorySegment y = b.memory();
    NativeTensor out = a.engine().empty(DType.BOOL, left.shape());
    MemorySegment to = out.memory();
    StridedLoop loop = new StridedLoop(out.layout(), left, right);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            boolean holds = judge.test(x, at[1] + i * loop.step(1), y, at[2] + i * loop.step(2));
            to.set(ValueLayout.JAVA_BYTE, at[0] + i, (byte) (holds ? 1 : 0));
          }
        });
    return out;
  }

  Tensor where(NativeTensor a, NativeTensor condition, NativeTensor b) {
    requireBool("where", condition);
    Arithmetic.requireSame("where", a, b);
    Shape shape = a.shape().broadcast(b.shape()).broadcast(condition.shape());
    return choose(shape, condition, a, b);
  }

  Tensor maskedFill(NativeTensor a, NativeTensor mask, double value) {
    requireBool("maskedFill", mask);
    mask.layout().expand(a.shape()); // refuses a mask that would enlarge the tensor
    try (NativeTensor filler = a.engine().unscoped(a.dtype(), Shape.of())) {
      ElementType.of(a.dtype()).set(filler.memory(), 0, value);
      return choose(a.shape(), mask, filler, a);
    }
  }

  private Tensor choose(Shape shape, NativeTensor condition, NativeTensor yes, NativeTensor no) {
    Layout c = condition.layout().expand(shape);
    Layout y = yes.layout().expand(shape);
    Layout n = no.layout().expand(shape);
    MemorySegment conditions = condition.memory();
    MemorySegment whereTrue = yes.memory();
    MemorySegment whereFalse = no.memory();
    NativeTensor out = yes.engine().empty(yes.dtype(), shape);
    MemorySegment to = out.memory();
    int bytes = yes.dtype().bytes();
    StridedLoop loop = new StridedLoop(out.layout(), c, y, n);
    loop.run(
        threads,
        Copying.GRAIN,
        (at, count) -> {
          if (loop.step(1) == 0) { // a mask of rows, such as padding
            boolean holds = conditions.get(ValueLayout.JAVA_BYTE, at[1]) != 0;
            MemorySegment from = holds ? whereTrue : whereFalse;
            int operand = holds ? 2 : 3;
            Copying.moveRun(from, at[operand], loop.step(operand), to, at[0], 1, count, bytes);
            return;
          }
          for (int i = 0; i < count; i++) {
            if (conditions.get(ValueLayout.JAVA_BYTE, at[1] + i * loop.step(1)) != 0) {
              Copying.moveOne(whereTrue, at[2] + i * loop.step(2), to, at[0] + i, bytes);
            } else {
              Copying.moveOne(whereFalse, at[3] + i * loop.step(3), to, at[0] + i, bytes);
            }
          }
        });
    return out;
  }

  private static void requireBool(String operation, NativeTensor tensor) {
    if (tensor.dtype() != DType.BOOL) {
      throw new IllegalArgumentException(
          "The operation "
              + operation
              + " needs a BOOL tensor as its condition, not "
              + tensor.dtype()
              + ".");
    }
  }
}
