package io.mla4j.kernels.row;

import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;

/**
 * Functions of rows: float32 matrices [rows, width] laid out row after row from an offset in
 * elements. Results go to the start of {@code out}, which may be the operand where it has the same
 * shape.
 */
public final class Rows {

  /** Elements below which another thread costs more than it brings. */
  private static final long GRAIN_ELEMENTS = 1 << 14;

  private final RowBodies bodies;
  private final KernelThreads threads;

  public Rows(RowBodies bodies, KernelThreads threads) {
    this.bodies = bodies;
    this.threads = threads;
  }

  /**
   * The sum of each row.
   *
   * @param out [rows]
   */
  public void sum(MemorySegment x, long from, MemorySegment out, long rows, int width) {
    check(x, from, out, rows, width, 1);
    each(rows, width, r -> Floats.set(out, r, bodies.sum(x, from + r * width, width)));
  }

  /**
   * The largest element of each row.
   *
   * @param out [rows]; −∞ where the width is 0
   */
  public void max(MemorySegment x, long from, MemorySegment out, long rows, int width) {
    check(x, from, out, rows, width, 1);
    each(rows, width, r -> Floats.set(out, r, bodies.max(x, from + r * width, width)));
  }

  public void softmax(MemorySegment x, long from, MemorySegment out, long rows, int width) {
    check(x, from, out, rows, width, width);
    runs(
        rows,
        width,
        (first, end) -> {
          long at = first * width;
          bodies.softmax(x, from + at, out, at, end - first, width);
        });
  }

  public void logSoftmax(MemorySegment x, long from, MemorySegment out, long rows, int width) {
    check(x, from, out, rows, width, width);
    runs(
        rows,
        width,
        (first, end) -> {
          long at = first * width;
          bodies.logSoftmax(x, from + at, out, at, end - first, width);
        });
  }

  /**
   * {@code x / √(mean(x²) + ε) · weight}.
   *
   * @param weight [width]
   */
  public void rmsNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long rows,
      int width) {
    check(x, from, out, rows, width, width);
    Extent.check("weight", weight, 0, 1, width);
    runs(
        rows,
        width,
        (first, end) -> {
          long at = first * width;
          bodies.rmsNorm(x, from + at, weight, epsilon, out, at, end - first, width);
        });
  }

  /**
   * {@code (x − mean) / √(variance + ε) · weight + bias}.
   *
   * @param weight [width]
   * @param bias [width]
   */
  public void layerNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long rows,
      int width) {
    check(x, from, out, rows, width, width);
    Extent.check("weight", weight, 0, 1, width);
    Extent.check("bias", bias, 0, 1, width);
    runs(
        rows,
        width,
        (first, end) -> {
          long at = first * width;
          bodies.layerNorm(x, from + at, weight, bias, epsilon, out, at, end - first, width);
        });
  }

  private static void check(
      MemorySegment x, long from, MemorySegment out, long rows, int width, int outWidth) {
    if (rows < 0 || width < 0) {
      throw new IllegalArgumentException(
          "Rows need a count and a width of 0 or more, not " + rows + " and " + width + ".");
    }
    Extent.check("rows", x, from, 1, Extent.timesExact("rows", rows, width));
    Extent.check("result", out, 0, 1, Extent.timesExact("result", rows, outWidth));
    NativeMemory.checkWritable("result", out);
  }

  /** One row. */
  private interface Row {
    void run(long index);
  }

  private void each(long rows, int width, Row body) {
    runs(
        rows,
        width,
        (from, to) -> {
          for (long r = from; r < to; r++) {
            body.run(r);
          }
        });
  }

  private void runs(long rows, int width, KernelThreads.Range body) {
    threads.parallelFor(rows, Math.max(1, GRAIN_ELEMENTS / Math.max(1, width)), body);
  }
}
