package io.mla4j.checkpoint;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Floating-point numbers of 8 bits or fewer: what each code means. Sources: OCP 8-bit floating
 * point (E4M3, E5M2), OCP microscaling formats 1.0 (E8M0, E2M1) and arXiv 2206.02915 (FNUZ). All
 * are exact in float32 and in bf16.
 */
final class TinyFloat {

  private static final Map<FileType, float[]> TABLES = tables();

  private TinyFloat() {}

  /** The value of each code; it must not be changed. */
  static float[] table(FileType type) {
    float[] table = TABLES.get(type);
    if (table == null) {
      throw new IllegalArgumentException(type + " has more than 8 bits or is no number.");
    }
    return table;
  }

  private static Map<FileType, float[]> tables() {
    Map<FileType, float[]> tables = new EnumMap<>(FileType.class);
    for (FileType type : FileType.values()) {
      if (type.isFloating() && type.bits() <= Byte.SIZE) {
        int codes = 1 << type.bits();
        float[] table = new float[codes];
        IntStream.range(0, codes).forEach(code -> table[code] = value(type, code));
        tables.put(type, table);
      }
    }
    return tables;
  }

  private static float value(FileType type, int code) {
    return switch (type) {
      case F4 -> value(code, 2, 1, 1);
      case F8_E4M3 -> (code & 0x7f) == 0x7f ? Float.NaN : value(code, 4, 3, 7);
      case F8_E5M2 -> (code & 0x7c) == 0x7c ? notFinite(code) : value(code, 5, 2, 15);
      case F8_E4M3FNUZ -> code == 0x80 ? Float.NaN : value(code, 4, 3, 8);
      case F8_E5M2FNUZ -> code == 0x80 ? Float.NaN : value(code, 5, 2, 16);
      case F8_E8M0 -> code == 0xff ? Float.NaN : Math.scalb(1f, code - 127);
      default -> throw new IllegalArgumentException(type + " is none of these.");
    };
  }

  private static float notFinite(int e5m2) {
    boolean infinite = (e5m2 & 0x03) == 0;
    float infinity = e5m2 < 0x80 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    return infinite ? infinity : Float.NaN;
  }

  private static float value(int code, int exponentBits, int mantissaBits, int bias) {
    int exponent = code >> mantissaBits & (1 << exponentBits) - 1;
    int mantissa = code & (1 << mantissaBits) - 1;
    int significand = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
    float magnitude = Math.scalb(significand, Math.max(exponent, 1) - bias - mantissaBits);
    return code >> exponentBits + mantissaBits == 0 ? magnitude : -magnitude;
  }
}
