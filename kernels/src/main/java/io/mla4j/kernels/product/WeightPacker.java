package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.Bf16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes and reads channels of packed weights. */
record WeightPacker(PanelLayout layout, MemorySegment memory) {

  private static final int INT8_HIGHEST = 127;
  private static final int INT4_HIGHEST = 7;

  /** Quantizes and writes one channel. */
  void pack(long channel, float[] row) {
    switch (layout.format()) {
      case FLOAT32 -> packFloat32(channel, row);
      case BF16 -> packBf16(channel, row);
      case INT8 -> packInt8(channel, row);
      case INT4 -> packInt4(channel, row);
      case BF16_ROWS -> packBf16(channel, row);
    }
  }

  private void packFloat32(long channel, float[] row) {
    for (int k = 0; k < row.length; k++) {
      memory.set(ValueLayout.JAVA_FLOAT, layout.offset(channel, k), row[k]);
    }
  }

  private void packBf16(long channel, float[] row) {
    for (int k = 0; k < row.length; k++) {
      memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, layout.offset(channel, k), Bf16.of(row[k]));
    }
  }

  private void packInt8(long channel, float[] row) {
    float scale = highest(row, 0, row.length) / INT8_HIGHEST;
    int sum = 0;
    for (int k = 0; k < row.length; k++) {
      byte value = (byte) quantize(row[k], scale, INT8_HIGHEST);
      memory.set(ValueLayout.JAVA_BYTE, layout.offset(channel, k), value);
      sum += value;
    }
    describe(channel, scale, sum);
  }

  /** Writes one channel that has been quantized. */
  void packInt8(long channel, MemorySegment row, float scale) {
    int sum = 0;
    for (long k = 0; k < layout.depth(); k++) {
      byte value = row.get(ValueLayout.JAVA_BYTE, k);
      memory.set(ValueLayout.JAVA_BYTE, layout.offset(channel, k), value);
      sum += value;
    }
    describe(channel, scale, sum);
  }

  private void describe(long channel, float scale, int sum) {
    memory.set(ValueLayout.JAVA_FLOAT, layout.channelScales() + channel * Float.BYTES, scale);
    memory.set(ValueLayout.JAVA_INT, layout.channelSums() + channel * Integer.BYTES, sum);
  }

  private void packInt4(long channel, float[] row) {
    for (int first = 0; first < row.length; first += PanelLayout.GROUP) {
      int end = Math.min(row.length, first + PanelLayout.GROUP);
      short bits = Bf16.of(highest(row, first, end) / INT4_HIGHEST);
      memory.set(ValueLayout.JAVA_SHORT, layout.groupScale(channel, first), bits);
      for (int k = first; k < end; k++) {
        int value = quantize(row[k], Bf16.toFloat(bits), INT4_HIGHEST);
        long at = layout.offset(channel, k);
        int others = memory.get(ValueLayout.JAVA_BYTE, at);
        int both = others | (value & 0xf) << PanelLayout.int4Shift(k);
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) both);
      }
    }
  }

  private static float highest(float[] row, int from, int to) {
    float highest = 0;
    for (int k = from; k < to; k++) {
      highest = Math.max(highest, Math.abs(row[k]));
    }
    return highest;
  }

  private static int quantize(float value, float scale, int highest) {
    return scale == 0 ? 0 : (int) Math.clamp(Math.rint(value / scale), -highest, highest);
  }

  /** A weight as it is kept; int8 without its scale. */
  float stored(long channel, long k) {
    long at = layout.offset(channel, k);
    return switch (layout.format()) {
      case FLOAT32 -> memory.get(ValueLayout.JAVA_FLOAT, at);
      case BF16, BF16_ROWS -> Bf16.toFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
      case INT8 -> memory.get(ValueLayout.JAVA_BYTE, at);
      case INT4 -> int4(at, k) * groupScale(channel, k);
    };
  }

  private int int4(long at, long k) {
    int nibble = memory.get(ValueLayout.JAVA_BYTE, at) >> PanelLayout.int4Shift(k);
    return nibble << 28 >> 28; // the sign is bit 3
  }

  private float groupScale(long channel, long k) {
    return Bf16.toFloat(memory.get(ValueLayout.JAVA_SHORT, layout.groupScale(channel, k)));
  }

  /** The scale of an int8 channel, 1 in other formats. */
  float channelScale(long channel) {
    return layout.format() == WeightFormat.INT8
        ? memory.get(ValueLayout.JAVA_FLOAT, layout.channelScales() + channel * Float.BYTES)
        : 1;
  }
}
