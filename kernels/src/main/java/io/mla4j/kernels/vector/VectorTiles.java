package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles of up to 6 rows by 2 vectors: 12 sums, the 2 vectors of the strip and one broadcast element
 * fit the 16 registers of AVX2, and 12 independent sums hide the latency of multiply-add. With 16
 * sums the compiler of JDK 25 keeps them in memory, at an eighth of the speed.
 *
 * <p>Offsets, the row distances and the step are in bytes. The compiler takes the bounds checks of
 * elements out of a loop only if it knows their distance, hence the loops for elements side by
 * side. It unrolls {@link #sixAlong}, for which AVX2 has too few registers.
 */
final class VectorTiles {

  static final int LANES = 2 * Lanes.COUNT;
  static final boolean MANY_REGISTERS = Lanes.BYTES != 32;
  private static final long STEP_BYTES = 2 * Lanes.BYTES;

  private VectorTiles() {}

  static void six(
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
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    long x1 = x0 + row;
    long x2 = x1 + row;
    long x3 = x2 + row;
    long x4 = x3 + row;
    long x5 = x4 + row;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      long ahead = k * step;
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, strip, at, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, strip, at + Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x1 + ahead));
      s10 = element.fma(left, s10);
      s11 = element.fma(right, s11);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x2 + ahead));
      s20 = element.fma(left, s20);
      s21 = element.fma(right, s21);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x3 + ahead));
      s30 = element.fma(left, s30);
      s31 = element.fma(right, s31);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x4 + ahead));
      s40 = element.fma(left, s40);
      s41 = element.fma(right, s41);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x5 + ahead));
      s50 = element.fma(left, s50);
      s51 = element.fma(right, s51);
    }
    s00.intoMemorySegment(out, to, ORDER);
    s01.intoMemorySegment(out, to + Lanes.BYTES, ORDER);
    long to1 = to + outRow;
    s10.intoMemorySegment(out, to1, ORDER);
    s11.intoMemorySegment(out, to1 + Lanes.BYTES, ORDER);
    long to2 = to1 + outRow;
    s20.intoMemorySegment(out, to2, ORDER);
    s21.intoMemorySegment(out, to2 + Lanes.BYTES, ORDER);
    long to3 = to2 + outRow;
    s30.intoMemorySegment(out, to3, ORDER);
    s31.intoMemorySegment(out, to3 + Lanes.BYTES, ORDER);
    long to4 = to3 + outRow;
    s40.intoMemorySegment(out, to4, ORDER);
    s41.intoMemorySegment(out, to4 + Lanes.BYTES, ORDER);
    long to5 = to4 + outRow;
    s50.intoMemorySegment(out, to5, ORDER);
    s51.intoMemorySegment(out, to5 + Lanes.BYTES, ORDER);
  }

  /** Where elements of a row lie side by side. */
  static void sixAlong(
      MemorySegment x,
      long x0,
      long row,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    long x1 = x0 + row;
    long x2 = x1 + row;
    long x3 = x2 + row;
    long x4 = x3 + row;
    long x5 = x4 + row;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      long ahead = (long) k * Float.BYTES;
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, strip, at, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, strip, at + Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x1 + ahead));
      s10 = element.fma(left, s10);
      s11 = element.fma(right, s11);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x2 + ahead));
      s20 = element.fma(left, s20);
      s21 = element.fma(right, s21);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x3 + ahead));
      s30 = element.fma(left, s30);
      s31 = element.fma(right, s31);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x4 + ahead));
      s40 = element.fma(left, s40);
      s41 = element.fma(right, s41);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x5 + ahead));
      s50 = element.fma(left, s50);
      s51 = element.fma(right, s51);
    }
    s00.intoMemorySegment(out, to, ORDER);
    s01.intoMemorySegment(out, to + Lanes.BYTES, ORDER);
    long to1 = to + outRow;
    s10.intoMemorySegment(out, to1, ORDER);
    s11.intoMemorySegment(out, to1 + Lanes.BYTES, ORDER);
    long to2 = to1 + outRow;
    s20.intoMemorySegment(out, to2, ORDER);
    s21.intoMemorySegment(out, to2 + Lanes.BYTES, ORDER);
    long to3 = to2 + outRow;
    s30.intoMemorySegment(out, to3, ORDER);
    s31.intoMemorySegment(out, to3 + Lanes.BYTES, ORDER);
    long to4 = to3 + outRow;
    s40.intoMemorySegment(out, to4, ORDER);
    s41.intoMemorySegment(out, to4 + Lanes.BYTES, ORDER);
    long to5 = to4 + outRow;
    s50.intoMemorySegment(out, to5, ORDER);
    s51.intoMemorySegment(out, to5 + Lanes.BYTES, ORDER);
  }

  /** Where elements of a step, one of each row, lie side by side: one check for all of them. */
  static void sixAcross(
      MemorySegment x,
      long x0,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      MemorySegment elements = x.asSlice(x0 + k * step, 6 * Float.BYTES);
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, strip, at, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, strip, at + Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 0));
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
      element = FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, Float.BYTES));
      s10 = element.fma(left, s10);
      s11 = element.fma(right, s11);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 2L * Float.BYTES));
      s20 = element.fma(left, s20);
      s21 = element.fma(right, s21);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 3L * Float.BYTES));
      s30 = element.fma(left, s30);
      s31 = element.fma(right, s31);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 4L * Float.BYTES));
      s40 = element.fma(left, s40);
      s41 = element.fma(right, s41);
      element =
          FloatVector.broadcast(SPECIES, elements.get(JAVA_FLOAT_UNALIGNED, 5L * Float.BYTES));
      s50 = element.fma(left, s50);
      s51 = element.fma(right, s51);
    }
    s00.intoMemorySegment(out, to, ORDER);
    s01.intoMemorySegment(out, to + Lanes.BYTES, ORDER);
    long to1 = to + outRow;
    s10.intoMemorySegment(out, to1, ORDER);
    s11.intoMemorySegment(out, to1 + Lanes.BYTES, ORDER);
    long to2 = to1 + outRow;
    s20.intoMemorySegment(out, to2, ORDER);
    s21.intoMemorySegment(out, to2 + Lanes.BYTES, ORDER);
    long to3 = to2 + outRow;
    s30.intoMemorySegment(out, to3, ORDER);
    s31.intoMemorySegment(out, to3 + Lanes.BYTES, ORDER);
    long to4 = to3 + outRow;
    s40.intoMemorySegment(out, to4, ORDER);
    s41.intoMemorySegment(out, to4 + Lanes.BYTES, ORDER);
    long to5 = to4 + outRow;
    s50.intoMemorySegment(out, to5, ORDER);
    s51.intoMemorySegment(out, to5 + Lanes.BYTES, ORDER);
  }

  static void three(
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
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    long x1 = x0 + row;
    long x2 = x1 + row;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      long ahead = k * step;
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, strip, at, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, strip, at + Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x1 + ahead));
      s10 = element.fma(left, s10);
      s11 = element.fma(right, s11);
      element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x2 + ahead));
      s20 = element.fma(left, s20);
      s21 = element.fma(right, s21);
    }
    s00.intoMemorySegment(out, to, ORDER);
    s01.intoMemorySegment(out, to + Lanes.BYTES, ORDER);
    long to1 = to + outRow;
    s10.intoMemorySegment(out, to1, ORDER);
    s11.intoMemorySegment(out, to1 + Lanes.BYTES, ORDER);
    long to2 = to1 + outRow;
    s20.intoMemorySegment(out, to2, ORDER);
    s21.intoMemorySegment(out, to2 + Lanes.BYTES, ORDER);
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
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      long ahead = k * step;
      FloatVector left = FloatVector.fromMemorySegment(SPECIES, strip, at, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(SPECIES, strip, at + Lanes.BYTES, ORDER);
      FloatVector element = FloatVector.broadcast(SPECIES, x.get(JAVA_FLOAT_UNALIGNED, x0 + ahead));
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
    }
    s00.intoMemorySegment(out, to, ORDER);
    s01.intoMemorySegment(out, to + Lanes.BYTES, ORDER);
  }
}
