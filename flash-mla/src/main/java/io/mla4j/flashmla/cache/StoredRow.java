package io.mla4j.flashmla.cache;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.mla4j.kernels.body.KernelBodies;
import java.lang.foreign.MemorySegment;

/** Brings a stored row of any format to float32, for the Java twins. */
public final class StoredRow {

  private StoredRow() {}

  /**
   * @param fromByte where the row starts in the cache
   * @param to which element of {@code out} the first goes to
   */
  public static void widen(
      KernelBodies bodies,
      PagedCache cache,
      long fromByte,
      int width,
      int valueWidth,
      MemorySegment out,
      long to) {
    MemorySegment from = cache.memory();
    switch (cache.format()) {
      case BF16 -> bodies.conversions().widen(from, fromByte, out, to, width);
      case FLOAT32 ->
          MemorySegment.copy(from, fromByte, out, to * Float.BYTES, (long) width * Float.BYTES);
      case INT8 -> {
        for (int d = 0; d < width; d++) {
          set(out, to + d, Int8Row.get(from, fromByte, width, valueWidth, d));
        }
      }
      case FP8 -> {
        for (int d = 0; d < width; d++) {
          set(out, to + d, Fp8Row.get(from, fromByte, valueWidth, d));
        }
      }
    }
  }

  private static void set(MemorySegment memory, long index, float value) {
    memory.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
  }
}
