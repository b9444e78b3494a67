package io.mla4j.nativeengine;

import java.util.Optional;

/** Finds strides for a new shape over elements that are not laid out row by row. */
final class Reshaping {

  private Reshaping() {}

  /**
   * Matches the smallest groups of old and new dimensions that hold equally many elements; each old
   * group must be evenly strided.
   *
   * @return empty if the elements would have to move
   */
  static Optional<long[]> strides(long[] extents, long[] strides, long[] target) {
    long[] result = new long[target.length];
    int from = 0;
    int to = 0;
    while (from < extents.length && to < target.length) {
      int fromEnd = from + 1;
      int toEnd = to + 1;
      long size = extents[from];
      long wanted = target[to];
      while (size != wanted) {
        if (size < wanted) {
          size *= extents[fromEnd++];
        } else {
          wanted *= target[toEnd++];
        }
      }
      Optional<Long> innermost = evenStride(extents, strides, from, fromEnd);
      if (innermost.isEmpty()) {
        return Optional.empty();
      }
      spread(target, result, to, toEnd, innermost.get());
      from = fromEnd;
      to = toEnd;
    }
    return Optional.of(result); // what is left over has extent 1, where a stride says nothing
  }

  /** The stride of the innermost element if these dimensions act as one. */
  private static Optional<Long> evenStride(long[] extents, long[] strides, int from, int end) {
    long innermost = 0;
    long next = -1;
    for (int i = end - 1; i >= from; i--) {
      if (extents[i] == 1) {
        continue;
      }
      if (next < 0) {
        innermost = strides[i];
      } else if (strides[i] != next) {
        return Optional.empty();
      }
      next = strides[i] * extents[i];
    }
    return Optional.of(innermost);
  }

  private static void spread(long[] target, long[] result, int to, int end, long innermost) {
    long stride = innermost;
    for (int i = end - 1; i >= to; i--) {
      result[i] = stride;
      stride *= target[i];
    }
  }
}
