package io.mla4j.nativeengine;

import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.Shape;

/**
 * Walks the elements of several layouts of one shape together, in runs along which each operand
 * moves by a fixed step. Dimensions that act as one are joined first, so that row-major operands
 * make a single run.
 */
final class StridedLoop {

  private final long[] extents;
  private final long[][] strides; // [operand][dimension]
  private final long[] starts;
  private final long size;

  /** One piece of the walk. */
  @FunctionalInterface
  interface Run {
    /**
     * Runs {@code count} elements.
     *
     * @param at each operand's first element; only to be read
     */
    void run(long[] at, int count);
  }

  /** Layouts of one shape; the first may be the result. */
  StridedLoop(Layout... operands) {
    Shape shape = operands[0].shape();
    this.size = shape.size();
    this.starts = new long[operands.length];
    long[][] all = new long[operands.length][];
    for (int i = 0; i < operands.length; i++) {
      starts[i] = operands[i].offset();
      all[i] = operands[i].strides();
    }
    long[] joined = shape.toArray();
    int rank = join(joined, all);
    this.extents = new long[Math.max(1, rank)];
    this.strides = new long[operands.length][extents.length];
    copyJoined(joined, all, rank);
  }

  /** Joins in place and returns how many dimensions are left. */
  private static int join(long[] all, long[][] steps) {
    int last = -1;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 1) {
        continue;
      }
      if (last >= 0 && joins(steps, last, i, all[i])) {
        all[last] *= all[i];
      } else {
        last++;
        all[last] = all[i];
      }
      move(steps, i, last);
    }
    return last + 1;
  }

  private static boolean joins(long[][] steps, int outer, int inner, long extent) {
    for (long[] operand : steps) {
      if (operand[outer] != operand[inner] * extent) {
        return false;
      }
    }
    return true;
  }

  private static void move(long[][] steps, int from, int to) {
    for (long[] operand : steps) {
      operand[to] = operand[from];
    }
  }

  private void copyJoined(long[] joined, long[][] steps, int rank) {
    extents[0] = 1;
    System.arraycopy(joined, 0, extents, 0, rank);
    for (int i = 0; i < steps.length; i++) {
      strides[i][0] = 1; // a single element is side by side with itself
      System.arraycopy(steps[i], 0, strides[i], 0, rank);
    }
  }

  /** How far an operand moves from one element of a run to the next. */
  long step(int operand) {
    return strides[operand][extents.length - 1];
  }

  /** Walks everything, on several threads where there is enough of it. */
  void run(KernelThreads threads, long grain, Run body) {
    threads.parallelFor(size, grain, (from, to) -> walk(from, to, body));
  }

  private void walk(long from, long to, Run body) {
    long inner = extents[extents.length - 1];
    long[] at = new long[starts.length];
    long position = from;
    while (position < to) {
      long within = position % inner;
      long count = Math.min(Math.min(inner - within, to - position), Integer.MAX_VALUE);
      locate(position / inner, within, at);
      body.run(at, (int) count);
      position += count;
    }
  }

  private void locate(long outer, long within, long[] at) {
    int last = extents.length - 1;
    for (int i = 0; i < at.length; i++) {
      at[i] = starts[i] + within * strides[i][last];
    }
    long rest = outer;
    for (int d = last - 1; d >= 0; d--) {
      long coordinate = rest % extents[d];
      rest /= extents[d];
      for (int i = 0; i < at.length; i++) {
        at[i] += coordinate * strides[i][d];
      }
    }
  }
}
