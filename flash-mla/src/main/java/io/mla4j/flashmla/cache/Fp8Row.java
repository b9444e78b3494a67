package io.mla4j.flashmla.cache;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.kernels.memory.Bf16;
import java.lang.foreign.MemorySegment;

/**
 * Cached tokens in FlashMLA's FP8 layout (its README, "FP8 KV cache"): V values as e4m3, a float32
 * scale for every 128 of them, and the rotary key in bf16. At 576/512 a token takes 656 bytes.
 */
public final class Fp8Row {

  /** Values that share a scale. */
  static final int SCALED = 128;

  private static final float LARGEST = 448;
  private static final float SMALLEST_SCALE = 1e-4f;

  private static final int NAN = 0x7f;
  private static final int MANTISSA_BITS = 3;
  private static final int BIAS = 7;
  private static final float[] VALUES = values();

  private Fp8Row() {}

  static int bytes(int width, int valueWidth) {
    return valueWidth + valueWidth / SCALED * Float.BYTES + (width - valueWidth) * Bf16.BYTES;
  }

  /**
   * Quantizes a token. Scales are rounded up to powers of two and are at least 1e-4 before that.
   *
   * @param row [D], finite
   * @param valueWidth V, a multiple of 128
   * @param to where it goes, {@code rowBytes} from {@code atByte}
   */
  public static void quantize(float[] row, int valueWidth, MemorySegment to, long atByte) {
    if (valueWidth < 0 || valueWidth % SCALED != 0 || valueWidth > row.length) {
      throw new IllegalArgumentException(
          "A valueWidth in FP8 is a multiple of %d and at most the width, not %d of %d."
              .formatted(SCALED, valueWidth, row.length));
    }
    for (float element : row) {
      if (!Float.isFinite(element)) {
        throw new IllegalArgumentException("A token to be quantized must be finite.");
      }
    }
    long scales = atByte + valueWidth;
    for (int first = 0; first < valueWidth; first += SCALED) {
      float scale = scale(row, first);
      to.set(JAVA_FLOAT_UNALIGNED, scales + (long) first / SCALED * Float.BYTES, scale);
      for (int v = first; v < first + SCALED; v++) {
        to.set(JAVA_BYTE, atByte + v, encode(row[v] / scale));
      }
    }
    long rotary = scales + (long) valueWidth / SCALED * Float.BYTES;
    for (int d = valueWidth; d < row.length; d++) {
      to.set(JAVA_SHORT_UNALIGNED, rotary + (long) (d - valueWidth) * Bf16.BYTES, Bf16.of(row[d]));
    }
  }

  private static float scale(float[] row, int first) {
    float largest = 0;
    for (int v = first; v < first + SCALED; v++) {
      largest = Math.max(largest, Math.abs(row[v]));
    }
    float needed = Math.max(largest / LARGEST, SMALLEST_SCALE);
    int exponent = Math.getExponent(needed);
    float power = Math.scalb(1f, exponent);
    return power < needed ? Math.scalb(1f, exponent + 1) : power;
  }

  /** The nearest e4m3, of two the even one; what is larger than 448 becomes 448. */
  static byte encode(float value) {
    float size = Math.min(Math.abs(value), LARGEST);
    int exponent = Math.max(Math.getExponent(size), 1 - BIAS);
    // A step of the numbers with this exponent, or of the denormal ones, which have the lowest.
    int steps = (int) Math.rint(Math.scalb((double) size, MANTISSA_BITS - exponent));
    // Steps that reach the next power of two carry into the exponent by themselves.
    int bits = steps + (exponent + BIAS - 1) * (1 << MANTISSA_BITS);
    return (byte) (bits | (value < 0 ? 0x80 : 0));
  }

  /** The value of an e4m3, exactly. */
  static float decode(byte bits) {
    return VALUES[bits & 0xff];
  }

  private static float[] values() {
    float[] values = new float[256];
    for (int size = 0; size < 128; size++) {
      int exponent = Math.max(1, size >> MANTISSA_BITS);
      int hidden = size >> MANTISSA_BITS == 0 ? 0 : 1 << MANTISSA_BITS; // denormals have none
      int mantissa = hidden + (size & (1 << MANTISSA_BITS) - 1);
      values[size] = Math.scalb((float) mantissa, exponent - BIAS - MANTISSA_BITS);
      values[size + 128] = -values[size];
    }
    values[NAN] = Float.NaN;
    values[NAN + 128] = Float.NaN;
    return values;
  }

  /** Element d of a quantized token. */
  public static float get(MemorySegment from, long atByte, int valueWidth, int d) {
    long scales = atByte + valueWidth;
    if (d < valueWidth) {
      float scale = from.get(JAVA_FLOAT_UNALIGNED, scales + (long) d / SCALED * Float.BYTES);
      return decode(from.get(JAVA_BYTE, atByte + d)) * scale;
    }
    long rotary = scales + (long) valueWidth / SCALED * Float.BYTES;
    return Bf16.toFloat(
        from.get(JAVA_SHORT_UNALIGNED, rotary + (long) (d - valueWidth) * Bf16.BYTES));
  }
}
