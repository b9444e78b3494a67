package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Weighted values of a tile of keys for a strip of rows. What a mask hides from a row adds nothing
 * to it, NaN and infinity included, which the weight 0 alone would not see to.
 *
 * @param memory where element 0 of key 0 is element {@code from}; those of a key lie side by side
 * @param keyStride elements from one key to the next
 * @param width elements of a key's value
 */
public record StripValues(MemorySegment memory, long from, long keyStride, int width) {

  private static final int INFINITE = 0x7f80_0000;
  private static final int MAGNITUDE = 0x7fff_ffff;

  /**
   * Sums up a tile: {@code out[v, l] = Σ_k weights[k, l] · values[k, v]}.
   *
   * @param work has the weights [keys, lanes], 0 where a key is hidden, and room for the sums
   *     [width, lanes]
   */
  public void sum(
      ProductBodies products, StripMask mask, MemorySegment work, long weights, long to) {
    if (hiddenAreFinite(mask)) {
      products.tile(
          memory,
          from,
          1,
          keyStride,
          width,
          work,
          weights,
          mask.keys(),
          work,
          to,
          products.lanes());
    } else {
      sumOfSeen(products.lanes(), mask, work, weights, to);
    }
  }

  private boolean hiddenAreFinite(StripMask mask) {
    if (mask.hidesNothing()) {
      return true;
    }
    for (int key = 0; key < mask.keys(); key++) {
      if (mask.isHidden(key) && !isFinite(key)) {
        return false;
      }
    }
    return true;
  }

  private boolean isFinite(int key) {
    long at = from + key * keyStride;
    int largest = 0;
    for (int v = 0; v < width; v++) {
      int bits = Float.floatToRawIntBits(Floats.get(memory, at + v));
      largest = Math.max(largest, bits & MAGNITUDE);
    }
    return largest < INFINITE;
  }

  /** Row by row: rare enough for plain loops. */
  private void sumOfSeen(int lanes, StripMask mask, MemorySegment work, long weights, long to) {
    Floats.clear(work, to, (long) width * lanes);
    for (int key = 0; key < mask.keys(); key++) {
      for (int row = 0; row < mask.rows(); row++) {
        if (mask.sees(row, key)) {
          float weight = Floats.get(work, weights + (long) key * lanes + row);
          add(weight, from + key * keyStride, work, to + row, lanes);
        }
      }
    }
  }

  private void add(float weight, long value, MemorySegment work, long lane, int lanes) {
    for (int v = 0; v < width; v++) {
      long sum = lane + (long) v * lanes;
      Floats.set(work, sum, Floats.get(work, sum) + weight * Floats.get(memory, value + v));
    }
  }
}
