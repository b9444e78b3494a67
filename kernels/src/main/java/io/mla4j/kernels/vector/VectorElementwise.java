package io.mla4j.kernels.vector;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.scalar.FloatMath;
import io.mla4j.kernels.scalar.ScalarElementwise;
import java.lang.foreign.MemorySegment;

final class VectorElementwise implements ElementwiseBodies {

  /** Elements of a block: a multiple of every vector, and a small part of the first-level cache. */
  private static final int BLOCK = 1024;

  private final ScalarElementwise tail = new ScalarElementwise();
  private final Scratch scratch;

  VectorElementwise(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    switch (op) {
      case EXP -> VectorExp.run(x, from, 0, out, to, count);
      // No model spends time on these.
      case LOG, SIN, COS -> tail.unary(op, x, from, out, to, count);
      case SQRT, TANH, ERF, SIGMOID, GELU, SILU -> inBlocks(op, x, from, out, to, count);
    }
  }

  private void inBlocks(
      UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    if (whole > 0) {
      try (Scratch.Loan loan = scratch.borrow(BLOCK)) {
        for (int i = 0; i < whole; i += BLOCK) {
          int size = Math.min(BLOCK, whole - i);
          long at = (from + i) * Float.BYTES;
          block(op, x, at, out, (to + i) * Float.BYTES, size, loan.memory());
        }
      }
    }
    tail.unary(op, x, from + whole, out, to + whole, count - whole);
  }

  private static void block(
      UnaryOp op,
      MemorySegment x,
      long from,
      MemorySegment out,
      long to,
      int size,
      MemorySegment work) {
    switch (op) {
      case SQRT -> VectorFunctions.sqrt(x, from, out, to, size);
      case SIGMOID -> {
        exp(x, from, -1, true, work, size);
        VectorFunctions.sigmoid(work, x, from, out, to, size);
      }
      case SILU -> {
        exp(x, from, -1, true, work, size);
        VectorFunctions.silu(work, x, from, out, to, size);
      }
      case TANH -> {
        exp(x, from, 2, false, work, size);
        VectorFunctions.tanh(work, x, from, out, to, size);
      }
      case ERF -> {
        erf(x, from, 1, work, size);
        MemorySegment.copy(work, 0, out, to, (long) size * Float.BYTES);
      }
      case GELU -> {
        erf(x, from, FloatMath.SQRT_HALF, work, size);
        VectorFunctions.halfTimesOnePlus(work, x, from, out, to, size);
      }
      case EXP, LOG, SIN, COS -> throw new IllegalArgumentException(op + " is not run in blocks.");
    }
  }

  private static void exp(
      MemorySegment x, long from, float factor, boolean signed, MemorySegment work, int size) {
    VectorFunctions.scaled(x, from, factor, signed, work, size);
    VectorExp.run(work, 0, 0, work, 0, size);
  }

  private static void erf(MemorySegment x, long from, float factor, MemorySegment work, int size) {
    VectorFunctions.logErfc(x, from, factor, work, size);
    VectorExp.run(work, 0, 0, work, 0, size);
    VectorFunctions.erf(x, from, factor, work, size);
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
    int whole = Lanes.whole(count);
    long target = to * Float.BYTES;
    if (aStep == 1 && bStep == 1) {
      long right = bFrom * Float.BYTES;
      VectorPairs.run(op, a, aFrom * Float.BYTES, b, right, out, target, whole);
    } else if (aStep == 1 && bStep == 0) {
      float scalar = Floats.get(b, bFrom);
      VectorPairs.withRight(op, a, aFrom * Float.BYTES, scalar, out, target, whole);
    } else if (aStep == 0 && bStep == 1) {
      float scalar = Floats.get(a, aFrom);
      VectorPairs.withLeft(op, scalar, b, bFrom * Float.BYTES, out, target, whole);
    } else {
      whole = 0;
    }
    long x = aFrom + whole * aStep;
    long y = bFrom + whole * bStep;
    tail.binary(op, a, x, aStep, b, y, bStep, out, to + whole, count - whole);
  }
}
