package io.mla4j.kernels.product;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops written with the Vector API, loaded only where its module is in the JVM. As elsewhere,
 * every loop calls the API itself: a method of ours that took or returned a vector might pass it
 * through the heap.
 */
final class VectorPackedLoops implements PackedLoops {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = FLOATS.length();
  private static final int VECTOR_BYTES = FLOATS.vectorByteSize();
  private static final int STEP_BYTES = PanelLayout.STEP_BYTES;
  private static final int UPPER = 0xffff0000;
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, FLOATS.vectorShape());
  private static final float INT8_HIGHEST = 127;

  /** Adding this rounds a small float to a whole number, which then stands in the low bits. */
  private static final float ROUNDER = 12582912f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  private final ScalarPackedLoops tail = new ScalarPackedLoops();

  @Override
  public void widen(
      WeightFormat format,
      MemorySegment weights,
      long from,
      int count,
      int lanes,
      MemorySegment out,
      long to) {
    long row = (long) lanes * Float.BYTES;
    for (int channel = 0; channel < PanelLayout.PANEL; channel += LANES) {
      long target = (to + (long) channel / lanes * lanes * count + channel % lanes) * Float.BYTES;
      long at = from + (long) channel * Float.BYTES;
      switch (format) {
        case FLOAT32 -> float32(weights, at, count, out, target, row);
        case BF16 -> bf16(weights, at, count, out, target, row);
        case INT8 -> int8(weights, at, count, out, target, row);
        case INT4 -> int4(weights, from, channel, count, out, target, row);
        case BF16_ROWS -> throw new IllegalStateException("Rows of weights are no panel.");
      }
    }
  }

  @Override
  public void widenRows(
      MemorySegment weights,
      long from,
      long rowBytes,
      int channels,
      int count,
      int lanes,
      MemorySegment out,
      long to) {
    tail.widenRows(weights, from, rowBytes, channels, count, lanes, out, to);
  }

  @Override
  public float dot(MemorySegment x, long xFrom, MemorySegment weights, long from, int count) {
    FloatVector first = FloatVector.zero(FLOATS);
    FloatVector second = FloatVector.zero(FLOATS);
    int whole = count / (2 * LANES) * (2 * LANES);
    for (int k = 0; k < whole; k += 2 * LANES) {
      long at = (xFrom + k) * Float.BYTES;
      long weight = from + (long) k * Short.BYTES;
      FloatVector low =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, weights, weight, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      FloatVector high =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          SHORTS, weights, weight + (long) LANES * Short.BYTES, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      first = FloatVector.fromMemorySegment(FLOATS, x, at, ORDER).fma(low, first);
      second = FloatVector.fromMemorySegment(FLOATS, x, at + VECTOR_BYTES, ORDER).fma(high, second);
    }
    float[] lanes = new float[LANES];
    first.add(second).intoArray(lanes, 0);
    return sum(lanes)
        + tail.dot(x, xFrom + whole, weights, from + (long) whole * Short.BYTES, count - whole);
  }

  /** By halves, which overwrites them: {@code reduceLanes} promises no order. */
  private static float sum(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  private static void float32(
      MemorySegment weights, long at, int count, MemorySegment out, long to, long row) {
    for (int k = 0; k < count; k++) {
      FloatVector.fromMemorySegment(FLOATS, weights, at + (long) k * STEP_BYTES, ORDER)
          .intoMemorySegment(out, to + k * row, ORDER);
    }
  }

  private static void bf16(
      MemorySegment weights, long at, int count, MemorySegment out, long to, long row) {
    for (int step = 0; step < count / 2; step++) {
      long target = to + 2 * step * row;
      IntVector words =
          IntVector.fromMemorySegment(INTS, weights, at + (long) step * STEP_BYTES, ORDER);
      words.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(out, target, ORDER);
      words.and(UPPER).intoMemorySegment(out, target + row, ORDER);
    }
  }

  private static void int8(
      MemorySegment weights, long at, int count, MemorySegment out, long to, long row) {
    for (int step = 0; step < count / 4; step++) {
      long target = to + 4 * step * row;
      IntVector words =
          IntVector.fromMemorySegment(INTS, weights, at + (long) step * STEP_BYTES, ORDER);
      words
          .lanewise(VectorOperators.LSHL, 24)
          .lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)
          .intoMemorySegment(out, target, ORDER);
      words
          .lanewise(VectorOperators.LSHL, 16)
          .lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)
          .intoMemorySegment(out, target + row, ORDER);
      words
          .lanewise(VectorOperators.LSHL, 8)
          .lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)
          .intoMemorySegment(out, target + 2 * row, ORDER);
      words
          .lanewise(VectorOperators.ASHR, 24)
          .convert(VectorOperators.I2F, 0)
          .intoMemorySegment(out, target + 3 * row, ORDER);
    }
  }

  private static void int4(
      MemorySegment weights,
      long from,
      int channel,
      int count,
      MemorySegment out,
      long to,
      long row) {
    for (int k = 0; k < count; k += PanelLayout.GROUP) {
      long group = from + k / PanelLayout.GROUP * (long) PanelLayout.GROUP_BYTES;
      long words = group + PanelLayout.GROUP_SCALES + (long) channel * Float.BYTES;
      int4Group(weights, group + (long) channel * Short.BYTES, words, out, to + k * row, row);
    }
  }

  /** Places 2p and 2p + 1 of eight: nibble p of the lower and of the upper half of a word. */
  private static void int4Group(
      MemorySegment weights, long scalesAt, long at, MemorySegment out, long to, long row) {
    ShortVector halves = ShortVector.fromMemorySegment(SHORTS, weights, scalesAt, ORDER);
    IntVector bits = (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    FloatVector scales = bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    for (int pair = 0; pair < PanelLayout.GROUP / 2; pair++) {
      long target = to + 2 * pair * row;
      int nibble = pair % 4 * 4;
      IntVector words =
          IntVector.fromMemorySegment(INTS, weights, at + pair / 4 * (long) STEP_BYTES, ORDER);
      IntVector lower =
          words.lanewise(VectorOperators.LSHL, 28 - nibble).lanewise(VectorOperators.ASHR, 28);
      IntVector upper =
          words.lanewise(VectorOperators.LSHL, 12 - nibble).lanewise(VectorOperators.ASHR, 28);
      ((FloatVector) lower.convert(VectorOperators.I2F, 0))
          .mul(scales)
          .intoMemorySegment(out, target, ORDER);
      ((FloatVector) upper.convert(VectorOperators.I2F, 0))
          .mul(scales)
          .intoMemorySegment(out, target + row, ORDER);
    }
  }

  @Override
  public void round(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector value = FloatVector.fromMemorySegment(FLOATS, x, (from + i) * 4, ORDER);
      IntVector bits = value.reinterpretAsInts();
      IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      FloatVector rounded = bits.add(0x7fff).add(odd).and(UPPER).reinterpretAsFloats();
      VectorMask<Float> notANumber = value.test(VectorOperators.IS_NAN);
      rounded.blend(value, notANumber).intoMemorySegment(out, (to + i) * 4, ORDER);
    }
    tail.round(x, from + whole, out, to + whole, count - whole);
  }

  @Override
  public void widenInt8(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int i = 0;
    // Four times as many bytes as floats: every quarter of a vector of bytes becomes one.
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
      ByteVector bytes = ByteVector.fromMemorySegment(BYTES, x, from + i, ORDER);
      long target = (to + i) * Float.BYTES;
      bytes.convertShape(VectorOperators.B2F, FLOATS, 0).intoMemorySegment(out, target, ORDER);
      bytes
          .convertShape(VectorOperators.B2F, FLOATS, 1)
          .intoMemorySegment(out, target + VECTOR_BYTES, ORDER);
      bytes
          .convertShape(VectorOperators.B2F, FLOATS, 2)
          .intoMemorySegment(out, target + 2L * VECTOR_BYTES, ORDER);
      bytes
          .convertShape(VectorOperators.B2F, FLOATS, 3)
          .intoMemorySegment(out, target + 3L * VECTOR_BYTES, ORDER);
    }
    tail.widenInt8(x, from + i, out, to + i, count - i);
  }

  @Override
  public float highest(MemorySegment x, long from, int count) {
    int whole = FLOATS.loopBound(count);
    FloatVector highest = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += LANES) {
      highest = FloatVector.fromMemorySegment(FLOATS, x, (from + i) * 4, ORDER).abs().max(highest);
    }
    float rest = tail.highest(x, from + whole, count - whole);
    return Math.max(highest.reduceLanes(VectorOperators.MAX), rest);
  }

  @Override
  public void quantize(
      MemorySegment x, long from, float divisor, MemorySegment out, long to, int count) {
    int whole = FLOATS.loopBound(count);
    FloatVector rounder = FloatVector.broadcast(FLOATS, ROUNDER);
    int[] lanes = new int[LANES];
    for (int i = 0; i < whole; i += LANES) {
      FloatVector value =
          FloatVector.fromMemorySegment(FLOATS, x, (from + i) * 4, ORDER)
              .div(divisor)
              .max(-INT8_HIGHEST)
              .min(INT8_HIGHEST);
      value.add(rounder).reinterpretAsInts().sub(ROUNDER_BITS).intoArray(lanes, 0);
      for (int lane = 0; lane < LANES; lane++) {
        out.set(ValueLayout.JAVA_BYTE, to + i + lane, (byte) lanes[lane]);
      }
    }
    tail.quantize(x, from + whole, divisor, out, to + whole, count - whole);
  }
}
