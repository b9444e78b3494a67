package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain loops, for a JVM without the Vector API. */
final class ScalarPackedLoops implements PackedLoops {

  private static final int INT8_HIGHEST = 127;
  private static final int CHANNEL_BYTES = 4;

  /** Steps after which lines that were written would leave the first-level cache. */
  private static final int SQUARE = 16;

  @Override
  public void widen(
      WeightFormat format,
      MemorySegment weights,
      long from,
      int count,
      int lanes,
      MemorySegment out,
      long to) {
    for (int channel = 0; channel < PanelLayout.PANEL; channel++) {
      long target = to + (long) channel / lanes * lanes * count + channel % lanes;
      long at = from + (long) channel * CHANNEL_BYTES;
      switch (format) {
        case FLOAT32 -> float32(weights, at, count, lanes, out, target);
        case BF16 -> bf16(weights, at, count, lanes, out, target);
        case INT8 -> int8(weights, at, count, lanes, out, target);
        case INT4 -> int4(weights, from, channel, count, lanes, out, target);
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
    for (int first = 0; first < count; first += SQUARE) {
      int end = Math.min(count, first + SQUARE);
      for (int channel = 0; channel < PanelLayout.PANEL; channel++) {
        long target = to + (long) channel / lanes * lanes * count + channel % lanes;
        long at = from + channel * rowBytes;
        for (int k = first; k < end; k++) {
          float weight = channel < channels ? bf16(weights, at + (long) k * Short.BYTES) : 0;
          Floats.set(out, target + (long) k * lanes, weight);
        }
      }
    }
  }

  private static float bf16(MemorySegment weights, long at) {
    return Bf16.toFloat(weights.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  @Override
  public float dot(MemorySegment x, long xFrom, MemorySegment weights, long from, int count) {
    float even = 0;
    float odd = 0;
    int k = 0;
    for (; k + 1 < count; k += 2) {
      even += Floats.get(x, xFrom + k) * bf16(weights, from + (long) k * Short.BYTES);
      odd += Floats.get(x, xFrom + k + 1) * bf16(weights, from + (k + 1L) * Short.BYTES);
    }
    if (k < count) {
      even += Floats.get(x, xFrom + k) * bf16(weights, from + (long) k * Short.BYTES);
    }
    return even + odd;
  }

  private static int word(MemorySegment weights, long at) {
    return weights.get(ValueLayout.JAVA_INT_UNALIGNED, at);
  }

  private static void float32(
      MemorySegment weights, long at, int count, int lanes, MemorySegment out, long to) {
    for (int k = 0; k < count; k++) {
      float weight = Float.intBitsToFloat(word(weights, at + (long) k * PanelLayout.STEP_BYTES));
      Floats.set(out, to + (long) k * lanes, weight);
    }
  }

  private static void bf16(
      MemorySegment weights, long at, int count, int lanes, MemorySegment out, long to) {
    for (int k = 0; k < count; k += 2) {
      int word = word(weights, at + k / 2 * (long) PanelLayout.STEP_BYTES);
      Floats.set(out, to + (long) k * lanes, Float.intBitsToFloat(word << 16));
      Floats.set(out, to + (k + 1L) * lanes, Float.intBitsToFloat(word & 0xffff0000));
    }
  }

  private static void int8(
      MemorySegment weights, long at, int count, int lanes, MemorySegment out, long to) {
    for (int k = 0; k < count; k++) {
      byte weight =
          weights.get(ValueLayout.JAVA_BYTE, at + k / 4 * (long) PanelLayout.STEP_BYTES + k % 4);
      Floats.set(out, to + (long) k * lanes, weight);
    }
  }

  private static void int4(
      MemorySegment weights,
      long from,
      int channel,
      int count,
      int lanes,
      MemorySegment out,
      long to) {
    for (int k = 0; k < count; k += PanelLayout.GROUP) {
      long group = from + k / PanelLayout.GROUP * (long) PanelLayout.GROUP_BYTES;
      long scaleAt = group + (long) channel * Short.BYTES;
      float scale = Bf16.toFloat(weights.get(ValueLayout.JAVA_SHORT_UNALIGNED, scaleAt));
      long words = group + PanelLayout.GROUP_SCALES + (long) channel * CHANNEL_BYTES;
      for (int i = 0; i < PanelLayout.GROUP; i++) {
        int word = word(weights, words + i / 8 * (long) PanelLayout.STEP_BYTES);
        int weight = word << 28 - PanelLayout.int4Bit(i) >> 28;
        Floats.set(out, to + (long) (k + i) * lanes, weight * scale);
      }
    }
  }

  @Override
  public void round(MemorySegment x, long from, MemorySegment out, long to, int count) {
    for (int i = 0; i < count; i++) {
      Floats.set(out, to + i, Bf16.round(Floats.get(x, from + i)));
    }
  }

  @Override
  public void widenInt8(MemorySegment x, long from, MemorySegment out, long to, int count) {
    for (int i = 0; i < count; i++) {
      Floats.set(out, to + i, x.get(ValueLayout.JAVA_BYTE, from + i));
    }
  }

  @Override
  public float highest(MemorySegment x, long from, int count) {
    float highest = 0;
    for (int i = 0; i < count; i++) {
      highest = Math.max(highest, Math.abs(Floats.get(x, from + i)));
    }
    return highest;
  }

  @Override
  public void quantize(
      MemorySegment x, long from, float divisor, MemorySegment out, long to, int count) {
    for (int i = 0; i < count; i++) {
      double whole = Math.rint(Floats.get(x, from + i) / divisor);
      byte value = (byte) Math.clamp(whole, -INT8_HIGHEST, INT8_HIGHEST);
      out.set(ValueLayout.JAVA_BYTE, to + i, value);
    }
  }
}
