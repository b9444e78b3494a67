package io.mla4j.kernels.scalar;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;

public final class ScalarElementwise implements ElementwiseBodies {

  @Override
  public void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    for (int i = 0; i < count; i++) {
      Floats.set(out, to + i, apply(op, Floats.get(x, from + i)));
    }
  }

  static float apply(UnaryOp op, float x) {
    return switch (op) {
      case EXP -> FloatMath.exp(x);
      case LOG -> (float) Math.log(x);
      case SQRT -> (float) Math.sqrt(x);
      case SIN -> (float) Math.sin(x);
      case COS -> (float) Math.cos(x);
      case TANH -> FloatMath.tanh(x);
      case ERF -> FloatMath.erf(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      case GELU -> FloatMath.gelu(x);
      case SILU -> FloatMath.silu(x);
    };
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
    for (int i = 0; i < count; i++) {
      float left = Floats.get(a, aFrom + i * aStep);
      float right = Floats.get(b, bFrom + i * bStep);
      Floats.set(out, to + i, apply(op, left, right));
    }
  }

  static float apply(BinaryOp op, float a, float b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
    };
  }
}
