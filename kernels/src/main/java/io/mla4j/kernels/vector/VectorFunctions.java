package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.scalar.FloatMath;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath} on whole vectors, in passes over a block small enough for the first-level
 * cache. Offsets are in bytes and counts fill whole vectors; {@code work} holds one block.
 */
final class VectorFunctions {

  private VectorFunctions() {}

  /** {@code work = factor · |x|} or, where {@code signed}, {@code factor · x}. */
  static void scaled(
      MemorySegment x, long from, float factor, boolean signed, MemorySegment work, int whole) {
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER);
      FloatVector magnitude = signed ? value : value.abs();
      magnitude.mul(factor).intoMemorySegment(work, at, ORDER);
    }
  }

  /** {@code out = 1 / (1 + e)}, or x times that; {@code e = exp(−x)} in {@code work}. */
  static void sigmoid(
      MemorySegment work, MemorySegment x, long from, MemorySegment out, long to, int whole) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, work, at, ORDER);
      one.div(e.add(one)).intoMemorySegment(out, to + at, ORDER);
    }
  }

  static void silu(
      MemorySegment work, MemorySegment x, long from, MemorySegment out, long to, int whole) {
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, work, at, ORDER);
      FloatVector value = FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER);
      value.div(e.add(1)).intoMemorySegment(out, to + at, ORDER);
    }
  }

  /** tanh(x), with {@code exp(2|x|)} in {@code work}. */
  static void tanh(
      MemorySegment work, MemorySegment x, long from, MemorySegment out, long to, int whole) {
    float[] c = FloatMath.TANH;
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector two = FloatVector.broadcast(SPECIES, 2);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER);
      FloatVector e = FloatVector.fromMemorySegment(SPECIES, work, at, ORDER);
      FloatVector tail = one.sub(two.div(e.add(one)));
      IntVector sign = value.reinterpretAsInts().and(Integer.MIN_VALUE);
      FloatVector large = tail.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector square = value.mul(value);
      FloatVector p = FloatVector.broadcast(SPECIES, c[4]);
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[3]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[2]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[1]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[0]));
      FloatVector small = p.mul(square).fma(value, value);
      VectorMask<Float> isLarge = value.abs().compare(VectorOperators.GT, FloatMath.TANH_SMALL);
      small.blend(large, isLarge).intoMemorySegment(out, to + at, ORDER);
    }
  }

  /** {@code work = ln erfc(|factor · x|)}, right only where the magnitude is above 1. */
  static void logErfc(MemorySegment x, long from, float factor, MemorySegment work, int whole) {
    float[] c = FloatMath.LOG_ERFC;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector t =
          FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER)
              .mul(factor)
              .abs()
              .min(FloatMath.ERF_ONE);
      FloatVector p = FloatVector.broadcast(SPECIES, c[9]);
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[8]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[7]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[6]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[5]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[4]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[3]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[2]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[1]));
      p = p.fma(t, FloatVector.broadcast(SPECIES, c[0]));
      p.neg().intoMemorySegment(work, at, ORDER);
    }
  }

  /** {@code work = erf(factor · x)}, with {@code erfc(|factor · x|)} in {@code work}. */
  static void erf(MemorySegment x, long from, float factor, MemorySegment work, int whole) {
    float[] c = FloatMath.ERF;
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER).mul(factor);
      FloatVector tail = one.sub(FloatVector.fromMemorySegment(SPECIES, work, at, ORDER));
      IntVector sign = value.reinterpretAsInts().and(Integer.MIN_VALUE);
      FloatVector large = tail.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector square = value.mul(value);
      FloatVector p = FloatVector.broadcast(SPECIES, c[6]);
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[5]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[4]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[3]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[2]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[1]));
      p = p.fma(square, FloatVector.broadcast(SPECIES, c[0]));
      FloatVector small = p.fma(value, value);
      VectorMask<Float> isLarge = value.abs().compare(VectorOperators.GT, 1);
      small.blend(large, isLarge).intoMemorySegment(work, at, ORDER);
    }
  }

  /** {@code out = x / 2 · (1 + work)}. */
  static void halfTimesOnePlus(
      MemorySegment work, MemorySegment x, long from, MemorySegment out, long to, int whole) {
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER);
      FloatVector factor = FloatVector.fromMemorySegment(SPECIES, work, at, ORDER).add(1);
      value.mul(0.5f).mul(factor).intoMemorySegment(out, to + at, ORDER);
    }
  }

  static void sqrt(MemorySegment x, long from, MemorySegment out, long to, int whole) {
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector value = FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER);
      value.sqrt().intoMemorySegment(out, to + at, ORDER);
    }
  }
}
