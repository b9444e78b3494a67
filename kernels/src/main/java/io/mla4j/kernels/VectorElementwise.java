package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;

/** One loop a function: a shared loop over a function object would keep vectors on the heap. */
final class VectorElementwise implements ElementwiseBodies {

  private final ScalarElementwise tail = new ScalarElementwise();

  @Override
  public void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    int done =
        switch (op) {
          case EXP -> exp(x, from, out, to, count);
          case SQRT -> sqrt(x, from, out, to, count);
          case TANH -> tanh(x, from, out, to, count);
          case ERF -> erf(x, from, out, to, count);
          case SIGMOID -> sigmoid(x, from, out, to, count);
          case GELU -> gelu(x, from, out, to, count);
          case SILU -> silu(x, from, out, to, count);
          // No model spends time on these.
          case LOG, SIN, COS -> 0;
        };
    tail.unary(op, x, from + done, out, to + done, count - done);
  }

  private static int exp(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(VectorMath.exp(Lanes.load(x, from + i)), out, to + i);
    }
    return whole;
  }

  private static int sqrt(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x, from + i).sqrt(), out, to + i);
    }
    return whole;
  }

  private static int tanh(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(VectorMath.tanh(Lanes.load(x, from + i)), out, to + i);
    }
    return whole;
  }

  private static int erf(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(VectorMath.erf(Lanes.load(x, from + i)), out, to + i);
    }
    return whole;
  }

  private static int sigmoid(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(VectorMath.sigmoid(Lanes.load(x, from + i)), out, to + i);
    }
    return whole;
  }

  private static int gelu(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(VectorMath.gelu(Lanes.load(x, from + i)), out, to + i);
    }
    return whole;
  }

  private static int silu(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(VectorMath.silu(Lanes.load(x, from + i)), out, to + i);
    }
    return whole;
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
    int done = 0;
    if (aStep == 1 && bStep == 1) {
      done = pairs(op, a, aFrom, b, bFrom, out, to, count);
    } else if (aStep == 1 && bStep == 0) {
      done = withRight(op, a, aFrom, Floats.get(b, bFrom), out, to, count);
    } else if (aStep == 0 && bStep == 1) {
      done = withLeft(op, Floats.get(a, aFrom), b, bFrom, out, to, count);
    }
    tail.binary(
        op,
        a,
        aFrom + done * aStep,
        aStep,
        b,
        bFrom + done * bStep,
        bStep,
        out,
        to + done,
        count - done);
  }

  private static int pairs(
      BinaryOp op,
      MemorySegment a,
      long aFrom,
      MemorySegment b,
      long bFrom,
      MemorySegment out,
      long to,
      int count) {
    int whole = Lanes.whole(count);
    switch (op) {
      case ADD -> {
        for (int i = 0; i < whole; i += Lanes.COUNT) {
          Lanes.store(Lanes.load(a, aFrom + i).add(Lanes.load(b, bFrom + i)), out, to + i);
        }
      }
      case SUB -> {
        for (int i = 0; i < whole; i += Lanes.COUNT) {
          Lanes.store(Lanes.load(a, aFrom + i).sub(Lanes.load(b, bFrom + i)), out, to + i);
        }
      }
      case MUL -> {
        for (int i = 0; i < whole; i += Lanes.COUNT) {
          Lanes.store(Lanes.load(a, aFrom + i).mul(Lanes.load(b, bFrom + i)), out, to + i);
        }
      }
      case DIV -> {
        for (int i = 0; i < whole; i += Lanes.COUNT) {
          Lanes.store(Lanes.load(a, aFrom + i).div(Lanes.load(b, bFrom + i)), out, to + i);
        }
      }
    }
    return whole;
  }

  private static int withRight(
      BinaryOp op, MemorySegment a, long from, float b, MemorySegment out, long to, int count) {
    return switch (op) {
      case ADD -> add(a, from, b, out, to, count);
      case SUB -> add(a, from, -b, out, to, count);
      case MUL -> mul(a, from, b, out, to, count);
      case DIV -> 0; // x · (1/b) would round differently from x / b
    };
  }

  private static int withLeft(
      BinaryOp op, float a, MemorySegment b, long from, MemorySegment out, long to, int count) {
    return switch (op) {
      case ADD -> add(b, from, a, out, to, count);
      case MUL -> mul(b, from, a, out, to, count);
      case SUB, DIV -> 0;
    };
  }

  private static int add(
      MemorySegment x, long from, float scalar, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x, from + i).add(scalar), out, to + i);
    }
    return whole;
  }

  private static int mul(
      MemorySegment x, long from, float scalar, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x, from + i).mul(scalar), out, to + i);
    }
    return whole;
  }
}
