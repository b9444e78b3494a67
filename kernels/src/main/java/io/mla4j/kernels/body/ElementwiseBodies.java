package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;

/** Element by element loops. */
public interface ElementwiseBodies {

  /** {@code out = op(x)} for elements that lie side by side; {@code out} may be {@code x}. */
  void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count);

  /**
   * {@code out = op(a, b)}; {@code out} lies side by side and may be an operand.
   *
   * @param aStep 0 or more; at 0 the one element serves everywhere
   */
  void binary(
      BinaryOp op,
      MemorySegment a,
      long aFrom,
      long aStep,
      MemorySegment b,
      long bFrom,
      long bStep,
      MemorySegment out,
      long to,
      int count);

  /** {@code out = silu(gate) · up} for elements side by side; {@code out} may be {@code gate}. */
  default void siluMultiply(
      MemorySegment gate,
      long gateFrom,
      MemorySegment up,
      long upFrom,
      MemorySegment out,
      long to,
      int count) {
    unary(UnaryOp.SILU, gate, gateFrom, out, to, count);
    binary(BinaryOp.MUL, out, to, 1, up, upFrom, 1, out, to, count);
  }
}
