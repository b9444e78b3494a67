package io.mla4j.nn;

/** The 8-bit float with 4 bits of exponent and 3 of mantissa, without infinities. */
final class E4m3 {

  private static final int BIAS = 7;

  private E4m3() {}

  /** The numbers of all bytes, from that of the signed byte −128 to that of 127. */
  static float[] values() {
    float[] values = new float[256];
    for (int signed = -128; signed < 128; signed++) {
      values[signed + 128] = value(signed & 0xFF);
    }
    return values;
  }

  private static float value(int bits) {
    int exponent = (bits >> 3) & 0xF;
    int mantissa = bits & 7;
    if (exponent == 15 && mantissa == 7) {
      return Float.NaN;
    }
    double magnitude =
        exponent == 0
            ? Math.scalb(mantissa / 8.0, 1 - BIAS)
            : Math.scalb(1 + mantissa / 8.0, exponent - BIAS);
    return (float) ((bits & 0x80) == 0 ? magnitude : -magnitude);
  }
}
