package io.mla4j.kernels.memory;

/** Single bf16 elements: the upper half of a float32. */
public final class Bf16 {

  public static final int BYTES = Short.BYTES;

  private Bf16() {}

  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest bf16, of two the even one; a NaN stays one. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /** The nearest bf16 as float32. */
  public static float round(float value) {
    return toFloat(of(value));
  }
}
