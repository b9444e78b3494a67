package io.mla4j.flashmla.cache;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Cached tokens as int8: the latent and the rotary key have a scale each, as their sizes differ.
 * The sums let kernels multiply unsigned by signed bytes.
 */
public final class Int8Row {

  /** Two scales and two sums. */
  static final int FOOTER_BYTES = 16;

  private static final int LARGEST = 127;

  private Int8Row() {}

  /**
   * Quantizes a token, symmetrically and to the nearest.
   *
   * @param row [D], finite
   * @param valueWidth V
   * @param to where it goes, {@code rowBytes} from {@code atByte}
   */
  public static void quantize(float[] row, int valueWidth, MemorySegment to, long atByte) {
    if (valueWidth < 0 || valueWidth > row.length) {
      throw new IllegalArgumentException(
          "A valueWidth is at most the width, not %d of %d.".formatted(valueWidth, row.length));
    }
    part(row, 0, valueWidth, to, atByte, atByte + row.length);
    part(row, valueWidth, row.length, to, atByte, atByte + row.length + Float.BYTES);
  }

  private static void part(
      float[] row, int from, int end, MemorySegment to, long atByte, long footer) {
    float largest = 0;
    for (int i = from; i < end; i++) {
      largest = Math.max(largest, Math.abs(row[i]));
    }
    if (!Float.isFinite(largest)) {
      throw new IllegalArgumentException("A token to be quantized must be finite.");
    }
    float scale = largest / LARGEST;
    int sum = 0;
    for (int i = from; i < end; i++) {
      int quantized = scale == 0 ? 0 : Math.clamp(Math.round(row[i] / scale), -LARGEST, LARGEST);
      sum += quantized;
      to.set(JAVA_BYTE, atByte + i, (byte) quantized);
    }
    to.set(JAVA_FLOAT_UNALIGNED, footer, scale);
    to.set(JAVA_INT_UNALIGNED, footer + 2 * Float.BYTES, sum);
  }

  /** Element d of a quantized token. */
  public static float get(MemorySegment from, long atByte, int width, int valueWidth, int d) {
    long scale = atByte + width + (d < valueWidth ? 0 : Float.BYTES);
    return from.get(JAVA_BYTE, atByte + d) * from.get(JAVA_FLOAT_UNALIGNED, scale);
  }
}
