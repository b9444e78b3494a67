package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * What a type of a file becomes on an engine. Floating-point types become floating-point types,
 * rounded by way of float32; whole numbers and truth values become whole numbers, if they are in
 * range, or FLOAT32 and FLOAT64.
 */
record Conversion(FileType from, DType to) {

  /** Elements converted at a time: both buffers stay in the first-level cache. */
  private static final int RUN = 2048;

  /** Whether this has a meaning. */
  boolean exists() {
    boolean same = from.dtype().filter(to::equals).isPresent();
    boolean floating = from.isFloating() && to.isFloating();
    return same || floating || fromWhole() && (toWhole() || isWide());
  }

  private boolean fromWhole() {
    return from.isWhole() || from == FileType.BOOL;
  }

  private boolean toWhole() {
    return to == DType.INT8 || to == DType.INT32 || to == DType.INT64;
  }

  private boolean isWide() {
    return to == DType.FLOAT32 || to == DType.FLOAT64;
  }

  /**
   * Converts elements laid out one after the other.
   *
   * @throws ArithmeticException if a whole number is out of range; its message is the number
   */
  void apply(MemorySegment source, MemorySegment target, long count) {
    if (!exists()) {
      throw new IllegalArgumentException(from + " does not become " + to + ".");
    }
    if (from.dtype().filter(to::equals).isPresent()) {
      MemorySegment.copy(source, 0, target, 0, Math.multiplyExact(count, to.bytes()));
    } else if (from.isFloating()) {
      convertFloats(source, target, count);
    } else {
      convertLongs(source, target, count);
    }
  }

  private void convertFloats(MemorySegment source, MemorySegment target, long count) {
    float[] run = new float[RUN];
    for (long first = 0; first < count; first += RUN) {
      int length = (int) Math.min(RUN, count - first);
      Elements.read(from, source, first, run, length);
      Elements.write(run, length, to, target, first);
    }
  }

  private void convertLongs(MemorySegment source, MemorySegment target, long count) {
    long[] run = new long[RUN];
    for (long first = 0; first < count; first += RUN) {
      int length = (int) Math.min(RUN, count - first);
      Elements.read(from, source, first, run, length);
      requireRange(run, length);
      Elements.write(run, length, to, target, first);
    }
  }

  private void requireRange(long[] values, int count) {
    long most = to == DType.INT8 ? Byte.MAX_VALUE : Integer.MAX_VALUE;
    boolean checked = to == DType.INT8 || to == DType.INT32;
    for (int i = 0; i < count; i++) {
      boolean tooLarge = from == FileType.U64 && values[i] < 0;
      if (tooLarge || checked && (values[i] > most || values[i] < -most - 1)) {
        throw new ArithmeticException(
            tooLarge ? Long.toUnsignedString(values[i]) : Long.toString(values[i]));
      }
    }
  }
}
