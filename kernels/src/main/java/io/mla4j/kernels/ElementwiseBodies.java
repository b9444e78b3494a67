package io.mla4j.kernels;

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
}
