package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Functions of BF16 elements: a block at a time becomes float32 that stays in the first-level
 * cache. Indices count elements.
 */
final class HalfBlocks {

  private static final int BLOCK = 2048;

  private final ElementwiseBodies elementwise;
  private final ConversionBodies conversions;
  private final Scratch scratch;

  HalfBlocks(Kernels kernels) {
    this.elementwise = kernels.bodies().elementwise();
    this.conversions = kernels.bodies().conversions();
    this.scratch = kernels.bodies().scratch();
  }

  /** Elements side by side. */
  void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    try (Scratch.Loan loan = scratch.borrow(BLOCK)) {
      MemorySegment work = loan.memory();
      for (int done = 0; done < count; done += BLOCK) {
        int some = Math.min(BLOCK, count - done);
        conversions.widen(x, (from + done) * Short.BYTES, work, 0, some);
        elementwise.unary(op, work, 0, work, 0, some);
        conversions.narrow(work, 0, out, (to + done) * Short.BYTES, some);
      }
    }
  }

  /**
   * One operand of a function of two.
   *
   * @param step 1, or 0 for one element that meets all
   */
  record Operand(MemorySegment memory, long from, long step) {

    /** Widens a block; returns the step. */
    long widen(ConversionBodies conversions, int done, MemorySegment work, long to, int count) {
      int some = step == 0 ? 1 : count;
      conversions.widen(memory, (from + done * step) * Short.BYTES, work, to, some);
      return step;
    }
  }

  /** Whether operands that lie so far apart can be taken. */
  static boolean accepts(long step) {
    return step == 0 || step == 1;
  }

  /** Results side by side. */
  void binary(BinaryOp op, Operand a, Operand b, MemorySegment out, long to, int count) {
    try (Scratch.Loan loan = scratch.borrow(3 * BLOCK)) {
      MemorySegment work = loan.memory();
      for (int done = 0; done < count; done += BLOCK) {
        int some = Math.min(BLOCK, count - done);
        long aStep = a.widen(conversions, done, work, 0, some);
        long bStep = b.widen(conversions, done, work, BLOCK, some);
        elementwise.binary(op, work, 0, aStep, work, BLOCK, bStep, work, 2L * BLOCK, some);
        conversions.narrow(work, 2L * BLOCK, out, (to + done) * Short.BYTES, some);
      }
    }
  }
}
