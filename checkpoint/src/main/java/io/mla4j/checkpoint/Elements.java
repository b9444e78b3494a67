package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Elements of a file as floats or longs and back, a run at a time. Runs go through arrays, over
 * which the compiler vectorises.
 */
final class Elements {

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private Elements() {}

  /** Reads floating-point elements from the one numbered {@code first} on. */
  static void read(FileType type, MemorySegment source, long first, float[] into, int count) {
    switch (type) {
      case F64 -> readDoubles(source, first, into, count);
      case F32 -> MemorySegment.copy(source, FLOAT, first * Float.BYTES, into, 0, count);
      case F16 -> readHalves(source, first, into, count);
      case BF16 -> readBf16(source, first, into, count);
      case F4 -> readNibbles(source, first, into, count);
      default -> readBytes(TinyFloat.table(type), source, first, into, count);
    }
  }

  private static void readDoubles(MemorySegment source, long first, float[] into, int count) {
    double[] doubles = new double[count];
    MemorySegment.copy(source, DOUBLE, first * Double.BYTES, doubles, 0, count);
    for (int i = 0; i < count; i++) {
      into[i] = (float) doubles[i];
    }
  }

  private static void readHalves(MemorySegment source, long first, float[] into, int count) {
    short[] halves = new short[count];
    MemorySegment.copy(source, SHORT, first * Short.BYTES, halves, 0, count);
    for (int i = 0; i < count; i++) {
      into[i] = Float.float16ToFloat(halves[i]);
    }
  }

  private static void readBf16(MemorySegment source, long first, float[] into, int count) {
    short[] upper = new short[count];
    MemorySegment.copy(source, SHORT, first * Short.BYTES, upper, 0, count);
    int[] bits = new int[count];
    for (int i = 0; i < count; i++) {
      bits[i] = upper[i] << Short.SIZE;
    }
    MemorySegment.copy(bits, 0, MemorySegment.ofArray(into), INT, 0, count);
  }

  private static void readNibbles(MemorySegment source, long first, float[] into, int count) {
    float[] table = TinyFloat.table(FileType.F4);
    long begin = first / 2;
    byte[] pairs = new byte[(int) (Math.ceilDiv(first + count, 2) - begin)];
    MemorySegment.copy(source, BYTE, begin, pairs, 0, pairs.length);
    int odd = (int) (first % 2);
    for (int i = 0; i < count; i++) {
      int place = i + odd;
      into[i] = table[pairs[place >> 1] >> 4 * (place & 1) & 0x0f];
    }
  }

  private static void readBytes(
      float[] table, MemorySegment source, long first, float[] into, int count) {
    byte[] codes = new byte[count];
    MemorySegment.copy(source, BYTE, first, codes, 0, count);
    for (int i = 0; i < count; i++) {
      into[i] = table[codes[i] & 0xff];
    }
  }

  /** Writes floats, rounded to the nearest, ties to even. */
  static void write(float[] values, int count, DType type, MemorySegment target, long first) {
    switch (type) {
      case FLOAT32 -> MemorySegment.copy(values, 0, target, FLOAT, first * Float.BYTES, count);
      case FLOAT64 -> writeDoubles(values, count, target, first);
      case FLOAT16 -> writeHalves(values, count, target, first);
      case BF16 -> writeBf16(values, count, target, first);
      default -> throw new IllegalArgumentException(type + " has no fractions.");
    }
  }

  private static void writeDoubles(float[] values, int count, MemorySegment target, long first) {
    double[] doubles = new double[count];
    for (int i = 0; i < count; i++) {
      doubles[i] = values[i];
    }
    MemorySegment.copy(doubles, 0, target, DOUBLE, first * Double.BYTES, count);
  }

  private static void writeHalves(float[] values, int count, MemorySegment target, long first) {
    short[] halves = new short[count];
    for (int i = 0; i < count; i++) {
      halves[i] = Float.floatToFloat16(values[i]);
    }
    MemorySegment.copy(halves, 0, target, SHORT, first * Short.BYTES, count);
  }

  private static void writeBf16(float[] values, int count, MemorySegment target, long first) {
    int[] bits = new int[count];
    MemorySegment.copy(MemorySegment.ofArray(values), INT, 0, bits, 0, count);
    short[] upper = new short[count];
    for (int i = 0; i < count; i++) {
      int rounded = bits[i] + 0x7fff + (bits[i] >>> Short.SIZE & 1);
      // All ones where it is no number: rounding could carry its payload away or into its sign.
      int nan = 0x7f80_0000 - (bits[i] & 0x7fff_ffff) >> Integer.SIZE - 1;
      upper[i] = (short) ((rounded & ~nan | (bits[i] | 0x0040_0000) & nan) >>> Short.SIZE);
    }
    MemorySegment.copy(upper, 0, target, SHORT, first * Short.BYTES, count);
  }

  /** Reads whole numbers or truth values; U64 as if it were signed. */
  static void read(FileType type, MemorySegment source, long first, long[] into, int count) {
    for (int i = 0; i < count; i++) {
      long at = first + i;
      into[i] =
          switch (type) {
            case BOOL, U8 -> Byte.toUnsignedLong(source.get(BYTE, at));
            case I8 -> source.get(BYTE, at);
            case I16 -> source.get(SHORT, at * Short.BYTES);
            case U16 -> Short.toUnsignedLong(source.get(SHORT, at * Short.BYTES));
            case I32 -> source.get(INT, at * Integer.BYTES);
            case U32 -> Integer.toUnsignedLong(source.get(INT, at * Integer.BYTES));
            case I64, U64 -> source.get(LONG, at * Long.BYTES);
            default -> throw new IllegalArgumentException(type + " has no whole numbers.");
          };
    }
  }

  /** Writes whole numbers, of which each must be in the range of the type. */
  static void write(long[] values, int count, DType type, MemorySegment target, long first) {
    for (int i = 0; i < count; i++) {
      long at = first + i;
      switch (type) {
        case INT8 -> target.set(BYTE, at, (byte) values[i]);
        case INT32 -> target.set(INT, at * Integer.BYTES, (int) values[i]);
        case INT64 -> target.set(LONG, at * Long.BYTES, values[i]);
        case FLOAT32 -> target.set(FLOAT, at * Float.BYTES, values[i]);
        case FLOAT64 -> target.set(DOUBLE, at * Double.BYTES, values[i]);
        default -> throw new IllegalArgumentException(type + " is not written from longs.");
      }
    }
  }
}
