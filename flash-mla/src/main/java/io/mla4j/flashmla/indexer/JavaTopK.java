package io.mla4j.flashmla.indexer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The Java twin: the last element to take is found digit by digit from histograms. */
public final class JavaTopK implements TopKTwin {

  private static final int DIGIT_BITS = 8;
  private static final int DIGIT = (1 << DIGIT_BITS) - 1;

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public void select(MemorySegment rows, long from, int count, int k, MemorySegment out, long to) {
    int taken = count <= k ? all(count, out, to) : largest(keys(rows, from, count), k, out, to);
    for (int i = taken; i < k; i++) {
      set(out, to + i, -1);
    }
  }

  private static int all(int count, MemorySegment out, long to) {
    for (int i = 0; i < count; i++) {
      set(out, to + i, i);
    }
    return count;
  }

  private static int[] keys(MemorySegment rows, long from, int count) {
    int[] keys = new int[count];
    for (int i = 0; i < count; i++) {
      keys[i] = key(rows.get(JAVA_FLOAT_UNALIGNED, (from + i) * Float.BYTES));
    }
    return keys;
  }

  /** Unsigned numbers in the order of the floats. */
  private static int key(float x) {
    int bits = Float.floatToRawIntBits(x + 0f);
    return Float.isNaN(x) ? 0 : bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }

  private static int largest(int[] keys, int k, MemorySegment out, long to) {
    int last = 0;
    int known = 0;
    int equals = k; // how many of those that agree with the digits so far are taken
    int[] histogram = new int[DIGIT + 1];
    for (int shift = Integer.SIZE - DIGIT_BITS; shift >= 0 && k > 0; shift -= DIGIT_BITS) {
      count(keys, last, known, shift, histogram);
      int digit = DIGIT;
      for (; histogram[digit] < equals; digit--) {
        equals -= histogram[digit];
      }
      last |= digit << shift;
      known |= DIGIT << shift;
    }
    return write(keys, last, equals, k, out, to);
  }

  private static void count(int[] keys, int last, int known, int shift, int[] histogram) {
    Arrays.fill(histogram, 0);
    for (int key : keys) {
      if ((key & known) == last) {
        histogram[key >>> shift & DIGIT]++;
      }
    }
  }

  private static int write(int[] keys, int last, int equals, int k, MemorySegment out, long to) {
    int taken = 0;
    int left = equals;
    for (int i = 0; i < keys.length && taken < k; i++) {
      boolean larger = Integer.compareUnsigned(keys[i], last) > 0;
      if (larger || (keys[i] == last && left-- > 0)) {
        set(out, to + taken++, i);
      }
    }
    return taken;
  }

  private static void set(MemorySegment out, long index, int value) {
    out.set(JAVA_INT_UNALIGNED, index * Integer.BYTES, value);
  }
}
