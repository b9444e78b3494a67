package io.mla4j.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin, {@code elementwise.c}, of what models spend time on; the rest is another twin's. */
record NativeElementwise(
    ElementwiseBodies other,
    MethodHandle silu,
    MethodHandle gelu,
    MethodHandle add,
    MethodHandle multiply,
    MethodHandle siluMultiply)
    implements ElementwiseBodies {

  private static final FunctionDescriptor UNARY =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG);
  private static final FunctionDescriptor BINARY =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

  /** The twin where this machine has it, else the other one. */
  static ElementwiseBodies over(ElementwiseBodies other) {
    NativeKernels kernels = NativeKernels.get();
    Optional<MethodHandle> silu = kernels.find("silu", UNARY);
    Optional<MethodHandle> gelu = kernels.find("gelu", UNARY);
    Optional<MethodHandle> add = kernels.find("add", BINARY);
    Optional<MethodHandle> multiply = kernels.find("multiply", BINARY);
    Optional<MethodHandle> both = kernels.find("silu_multiply", BINARY);
    if (silu.isEmpty() || gelu.isEmpty() || add.isEmpty() || multiply.isEmpty() || both.isEmpty()) {
      return other;
    }
    return new NativeElementwise(
        other, silu.get(), gelu.get(), add.get(), multiply.get(), both.get());
  }

  @Override
  public void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    if ((op == UnaryOp.SILU || op == UnaryOp.GELU) && NativeCall.accepts(x, out)) {
      call(op == UnaryOp.SILU ? silu : gelu, x, from, out, to, count);
    } else {
      other.unary(op, x, from, out, to, count);
    }
  }

  private static void call(
      MethodHandle function, MemorySegment x, long from, MemorySegment out, long to, long count) {
    try {
      function.invokeExact(NativeCall.from(x, from), NativeCall.from(out, to), count);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public void binary(
      BinaryOp op,
      MemorySegment a,
      long aFrom,
      long aStep,
      MemorySegment b,
      long bFrom,
      long bStep,
      MemorySegment out,
      long to,
      int count) {
    boolean known = op == BinaryOp.ADD || op == BinaryOp.MUL;
    boolean accepted = NativeCall.accepts(a, b) && out.isNative();
    if (known && aStep == 1 && bStep == 1 && accepted) {
      call(op == BinaryOp.ADD ? add : multiply, a, aFrom, b, bFrom, out, to, count);
    } else {
      other.binary(op, a, aFrom, aStep, b, bFrom, bStep, out, to, count);
    }
  }

  private static void call(
      MethodHandle function,
      MemorySegment a,
      long aFrom,
      MemorySegment b,
      long bFrom,
      MemorySegment out,
      long to,
      long count) {
    try {
      function.invokeExact(
          NativeCall.from(a, aFrom), NativeCall.from(b, bFrom), NativeCall.from(out, to), count);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public void siluMultiply(
      MemorySegment gate,
      long gateFrom,
      MemorySegment up,
      long upFrom,
      MemorySegment out,
      long to,
      int count) {
    if (NativeCall.accepts(gate, up) && out.isNative()) {
      call(siluMultiply, gate, gateFrom, up, upFrom, out, to, count);
    } else {
      other.siluMultiply(gate, gateFrom, up, upFrom, out, to, count);
    }
  }
}
