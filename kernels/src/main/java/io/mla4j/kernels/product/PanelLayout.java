package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.Extent;

/**
 * Where packed weights lie: panels of 32 output channels, in which a step holds for every channel
 * the neighbouring elements along K that one instruction consumes. {@code product.h} repeats it.
 * Weights that lie row by row have panels too, of 32 rows.
 */
record PanelLayout(WeightFormat format, long channels, long depth) {

  /** Output channels of a panel. */
  static final int PANEL = 32;

  /** int4 weights that share a scale. */
  static final int GROUP = 32;

  /** Four bytes of each channel. */
  static final int STEP_BYTES = 128;

  /** Scales of a group in front of its steps. */
  static final int GROUP_SCALES = PANEL * Short.BYTES;

  private static final int CHANNEL_BYTES = 4;
  private static final int GROUP_STEPS = GROUP / 8;

  static final int GROUP_BYTES = GROUP_SCALES + GROUP_STEPS * STEP_BYTES;

  long panels() {
    return Math.ceilDiv(channels, PANEL);
  }

  long panelBytes() {
    return isRows() ? Extent.timesExact("weights", PANEL, bytes(depth)) : bytes(depth);
  }

  /** Whether weights lie row by row. */
  boolean isRows() {
    return format == WeightFormat.BF16_ROWS;
  }

  /** Bytes of a panel, or of a row, for so many elements along K. */
  long bytes(long count) {
    if (isRows()) {
      return Extent.timesExact("weights", count, Short.BYTES);
    }
    long steps = Math.ceilDiv(count, format.multiple());
    long bytes = format == WeightFormat.INT4 ? GROUP_BYTES : STEP_BYTES;
    return Extent.timesExact("packed weights", steps, bytes);
  }

  /** Scales of channels, behind all panels; int8 only. */
  long channelScales() {
    return Extent.timesExact("packed weights", panels(), panelBytes());
  }

  /** Sums of channels as int32, which undo the offset of unsigned activations; int8 only. */
  long channelSums() {
    return Extent.addExact("packed weights", channelScales(), panels() * PANEL * Float.BYTES);
  }

  long totalBytes() {
    if (isRows()) {
      return Extent.timesExact("weights", channels, bytes(depth));
    }
    return Extent.addExact("packed weights", channelSums(), panels() * PANEL * Integer.BYTES);
  }

  /** The byte in which an element starts. */
  long offset(long channel, long k) {
    long start = channel / PANEL * panelBytes();
    long lane = channel % PANEL * CHANNEL_BYTES;
    return switch (format) {
      case FLOAT32 -> start + k * STEP_BYTES + lane;
      case BF16 -> start + k / 2 * STEP_BYTES + lane + k % 2 * Short.BYTES;
      case INT8 -> start + k / 4 * STEP_BYTES + lane + k % 4;
      case INT4 -> start + int4Offset(k) + lane;
      case BF16_ROWS -> (channel * depth + k) * Short.BYTES;
    };
  }

  /** The k-th of eight neighbours is nibble k / 2 of half k % 2 of a channel's word. */
  private static long int4Offset(long k) {
    long inGroup = k % GROUP;
    long step = k / GROUP * GROUP_BYTES + GROUP_SCALES + inGroup / 8 * STEP_BYTES;
    return step + inGroup % 2 * Short.BYTES + inGroup % 8 / 4;
  }

  /** Where an element's nibble starts in its channel's word. */
  static int int4Bit(int k) {
    return k % 8 / 2 * 4 + k % 2 * Short.SIZE;
  }

  static int int4Shift(long k) {
    return k % 4 < 2 ? 0 : 4;
  }

  /** The byte in which the scale of an int4 group starts. */
  long groupScale(long channel, long k) {
    return channel / PANEL * panelBytes() + k / GROUP * GROUP_BYTES + channel % PANEL * Short.BYTES;
  }
}
