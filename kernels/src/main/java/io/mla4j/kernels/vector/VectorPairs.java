package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.body.BinaryOp;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Functions of two elements on whole vectors. Offsets are in bytes and counts fill whole vectors.
 */
final class VectorPairs {

  private VectorPairs() {}

  static void run(
      BinaryOp op,
      MemorySegment a,
      long aFrom,
      MemorySegment b,
      long bFrom,
      MemorySegment out,
      long to,
      int whole) {
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, a, aFrom + at, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, b, bFrom + at, ORDER);
      switch (op) {
        case ADD -> x.add(y).intoMemorySegment(out, to + at, ORDER);
        case SUB -> x.sub(y).intoMemorySegment(out, to + at, ORDER);
        case MUL -> x.mul(y).intoMemorySegment(out, to + at, ORDER);
        case DIV -> x.div(y).intoMemorySegment(out, to + at, ORDER);
        case MAX -> x.max(y).intoMemorySegment(out, to + at, ORDER);
      }
    }
  }

  static void withRight(
      BinaryOp op,
      MemorySegment a,
      long from,
      float scalar,
      MemorySegment out,
      long to,
      int whole) {
    FloatVector y = FloatVector.broadcast(SPECIES, scalar);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, a, from + at, ORDER);
      switch (op) {
        case ADD -> x.add(y).intoMemorySegment(out, to + at, ORDER);
        case SUB -> x.sub(y).intoMemorySegment(out, to + at, ORDER);
        case MUL -> x.mul(y).intoMemorySegment(out, to + at, ORDER);
        case DIV -> x.div(y).intoMemorySegment(out, to + at, ORDER);
        case MAX -> x.max(y).intoMemorySegment(out, to + at, ORDER);
      }
    }
  }

  static void withLeft(
      BinaryOp op,
      float scalar,
      MemorySegment b,
      long from,
      MemorySegment out,
      long to,
      int whole) {
    FloatVector x = FloatVector.broadcast(SPECIES, scalar);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, b, from + at, ORDER);
      switch (op) {
        case ADD -> x.add(y).intoMemorySegment(out, to + at, ORDER);
        case SUB -> x.sub(y).intoMemorySegment(out, to + at, ORDER);
        case MUL -> x.mul(y).intoMemorySegment(out, to + at, ORDER);
        case DIV -> x.div(y).intoMemorySegment(out, to + at, ORDER);
        case MAX -> x.max(y).intoMemorySegment(out, to + at, ORDER);
      }
    }
  }
}
