package io.mla4j.kernels.body;

import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which keys of a tile the rows of a strip see: each row a run of them, less those that no row
 * sees. Nothing is hidden until it is said.
 */
public final class StripMask {

  private final int keys;
  private final int[] from;
  private final int[] to;
  private final BitSet hiddenFromAll = new BitSet();
  private int allFrom;
  private int allTo;

  /**
   * @param rows of the strip, as many as it has lanes or fewer
   * @param keys of the tile
   */
  public StripMask(int rows, int keys) {
    this.keys = keys;
    this.from = new int[rows];
    this.to = new int[rows];
    this.allTo = keys;
    Arrays.fill(to, keys);
  }

  /** Lets a row see no keys but a run, which may reach beyond the tile. */
  public void limit(int row, long firstKey, long endKey) {
    from[row] = (int) Math.clamp(firstKey, 0, keys);
    to[row] = (int) Math.clamp(endKey, 0, keys);
    allFrom = Math.max(allFrom, from[row]);
    allTo = Math.min(allTo, to[row]);
  }

  /** Lets no row see a key. */
  public void hideFromAll(int key) {
    hiddenFromAll.set(key);
  }

  int rows() {
    return from.length;
  }

  public int keys() {
    return keys;
  }

  boolean sees(int row, int key) {
    return from[row] <= key && key < to[row] && !hiddenFromAll.get(key);
  }

  /** Whether some row does not see a key. */
  boolean isHidden(int key) {
    return key < allFrom || key >= allTo || hiddenFromAll.get(key);
  }

  boolean hidesNothing() {
    return allFrom == 0 && allTo == keys && hiddenFromAll.isEmpty();
  }

  /**
   * Makes the scores of what is hidden −∞.
   *
   * @param scores [keys, lanes]
   */
  public void hide(MemorySegment scores, long at, int lanes) {
    for (int row = 0; row < from.length; row++) {
      hide(scores, at + row, lanes, 0, from[row]);
      hide(scores, at + row, lanes, to[row], keys);
    }
    for (int k = hiddenFromAll.nextSetBit(0); k >= 0; k = hiddenFromAll.nextSetBit(k + 1)) {
      Floats.fill(scores, at + (long) k * lanes, lanes, Float.NEGATIVE_INFINITY);
    }
  }

  private static void hide(MemorySegment scores, long lane, int lanes, int first, int end) {
    for (int k = first; k < end; k++) {
      Floats.set(scores, lane + (long) k * lanes, Float.NEGATIVE_INFINITY);
    }
  }
}
