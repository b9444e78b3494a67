package io.mla4j.kernels.product;

/** The upper half of a float32. */
final class Bfloat16 {

  private static final int KEPT = 16;

  private Bfloat16() {}

  static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << KEPT);
  }

  /** Rounds to nearest, ties to even; NaN stays NaN. */
  static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> KEPT | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> KEPT & 1)) >>> KEPT);
  }

  static float round(float value) {
    return toFloat(fromFloat(value));
  }
}
