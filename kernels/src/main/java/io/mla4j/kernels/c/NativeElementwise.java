package io.mla4j.kernels.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/** The C twin, {@code elementwise.c}, of what models spend time on; the rest is another twin's. */
record NativeElementwise(
    ElementwiseBodies other,
    MethodHandle silu,
    MethodHandle gelu,
    MethodHandle add,
    MethodHandle multiply,
    MethodHandle maximum,
    MethodHandle siluMultiply)
    implements ElementwiseBodies {

  private static final FunctionDescriptor UNARY =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG);
  private static final FunctionDescriptor BINARY =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

  /** The twin where this machine has it, else the other one. */
  static ElementwiseBodies over(ElementwiseBodies other) {
    List<Optional<MethodHandle>> found =
        List.of(
            find("silu", UNARY),
            find("gelu", UNARY),
            find("add", BINARY),
            find("multiply", BINARY),
            find("maximum", BINARY),
            find("silu_multiply", BINARY));
    if (found.contains(Optional.<MethodHandle>empty())) {
      return other;
    }
    List<MethodHandle> all = found.stream().map(Optional::orElseThrow).toList();
    return new NativeElementwise(
        other, all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5));
  }

  private static Optional<MethodHandle> find(String name, FunctionDescriptor signature) {
    return NativeKernels.get().find(name, signature);
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
    boolean accepted = NativeCall.accepts(a, b) && out.isNative();
    Optional<MethodHandle> function =
        aStep == 1 && bStep == 1 && accepted ? function(op) : Optional.empty();
    if (function.isPresent()) {
      call(function.get(), a, aFrom, b, bFrom, out, to, count);
    } else {
      other.binary(op, a, aFrom, aStep, b, bFrom, bStep, out, to, count);
    }
  }

  private Optional<MethodHandle> function(BinaryOp op) {
    return switch (op) {
      case ADD -> Optional.of(add);
      case MUL -> Optional.of(multiply);
      case MAX -> Optional.of(maximum);
      case SUB, DIV -> Optional.empty();
    };
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
