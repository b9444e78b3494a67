package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles of up to 8 rows by one vector, for strips that would leave half of {@link VectorTiles}
 * empty.
 */
final class NarrowTiles {

  private NarrowTiles() {}

  /** As {@link VectorTiles#sixAlong}. */
  static void eightAlong(
      MemorySegment x,
      long x0,
      long row,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    long x1 = x0 + row;
    long x2 = x1 + row;
    long x3 = x2 + row;
    long x4 = x3 + row;
    long x5 = x4 + row;
    long x6 = x5 + row;
    long x7 = x6 + row;
    for (int k = 0; k < depth; k++) {
      long ahead = (long) k * Float.BYTES;
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, strip, from + k * Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s0 = element.fma(w, s0);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x1 + ahead));
      s1 = element.fma(w, s1);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x2 + ahead));
      s2 = element.fma(w, s2);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x3 + ahead));
      s3 = element.fma(w, s3);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x4 + ahead));
      s4 = element.fma(w, s4);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x5 + ahead));
      s5 = element.fma(w, s5);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x6 + ahead));
      s6 = element.fma(w, s6);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x7 + ahead));
      s7 = element.fma(w, s7);
    }
    s0.intoMemorySegment(out, to, ORDER);
    long to1 = to + outRow;
    s1.intoMemorySegment(out, to1, ORDER);
    long to2 = to1 + outRow;
    s2.intoMemorySegment(out, to2, ORDER);
    long to3 = to2 + outRow;
    s3.intoMemorySegment(out, to3, ORDER);
    long to4 = to3 + outRow;
    s4.intoMemorySegment(out, to4, ORDER);
    long to5 = to4 + outRow;
    s5.intoMemorySegment(out, to5, ORDER);
    long to6 = to5 + outRow;
    s6.intoMemorySegment(out, to6, ORDER);
    long to7 = to6 + outRow;
    s7.intoMemorySegment(out, to7, ORDER);
  }

  /** As {@link VectorTiles#sixAcross}. */
  static void eightAcross(
      MemorySegment x,
      long x0,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int k = 0; k < depth; k++) {
      MemorySegment elements = x.asSlice(x0 + k * step, 8 * Float.BYTES);
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, strip, from + k * Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 0));
      s0 = element.fma(w, s0);
      element = FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, Float.BYTES));
      s1 = element.fma(w, s1);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 2L * Float.BYTES));
      s2 = element.fma(w, s2);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 3L * Float.BYTES));
      s3 = element.fma(w, s3);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 4L * Float.BYTES));
      s4 = element.fma(w, s4);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 5L * Float.BYTES));
      s5 = element.fma(w, s5);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 6L * Float.BYTES));
      s6 = element.fma(w, s6);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 7L * Float.BYTES));
      s7 = element.fma(w, s7);
    }
    s0.intoMemorySegment(out, to, ORDER);
    long to1 = to + outRow;
    s1.intoMemorySegment(out, to1, ORDER);
    long to2 = to1 + outRow;
    s2.intoMemorySegment(out, to2, ORDER);
    long to3 = to2 + outRow;
    s3.intoMemorySegment(out, to3, ORDER);
    long to4 = to3 + outRow;
    s4.intoMemorySegment(out, to4, ORDER);
    long to5 = to4 + outRow;
    s5.intoMemorySegment(out, to5, ORDER);
    long to6 = to5 + outRow;
    s6.intoMemorySegment(out, to6, ORDER);
    long to7 = to6 + outRow;
    s7.intoMemorySegment(out, to7, ORDER);
  }

  static void four(
      MemorySegment x,
      long x0,
      long row,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long x1 = x0 + row;
    long x2 = x1 + row;
    long x3 = x2 + row;
    for (int k = 0; k < depth; k++) {
      long ahead = k * step;
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, strip, from + k * Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s0 = element.fma(w, s0);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x1 + ahead));
      s1 = element.fma(w, s1);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x2 + ahead));
      s2 = element.fma(w, s2);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x3 + ahead));
      s3 = element.fma(w, s3);
    }
    s0.intoMemorySegment(out, to, ORDER);
    long to1 = to + outRow;
    s1.intoMemorySegment(out, to1, ORDER);
    long to2 = to1 + outRow;
    s2.intoMemorySegment(out, to2, ORDER);
    long to3 = to2 + outRow;
    s3.intoMemorySegment(out, to3, ORDER);
  }

  static void one(
      MemorySegment x,
      long x0,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    for (int k = 0; k < depth; k++) {
      long ahead = k * step;
      FloatVector w = FloatVector.fromMemorySegment(SPECIES, strip, from + k * Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s0 = element.fma(w, s0);
    }
    s0.intoMemorySegment(out, to, ORDER);
  }
}
