package io.mla4j.kernels.scalar;

import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;

final class ScalarProducts implements ProductBodies {

  static final int LANES = 16;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void tile(
      MemorySegment x,
      long xFrom,
      long xRow,
      long xStep,
      int rows,
      MemorySegment strip,
      long stripFrom,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    float[] sums = new float[LANES];
    for (int r = 0; r < rows; r++) {
      tileRow(x, xFrom + r * xRow, xStep, strip, stripFrom, depth, sums);
      for (int lane = 0; lane < LANES; lane++) {
        Floats.set(out, to + r * outRow + lane, sums[lane]);
        sums[lane] = 0;
      }
    }
  }

  private static void tileRow(
      MemorySegment x,
      long from,
      long step,
      MemorySegment strip,
      long stripFrom,
      int depth,
      float[] sums) {
    for (int k = 0; k < depth; k++) {
      float factor = Floats.get(x, from + k * step);
      long row = stripFrom + (long) k * LANES;
      for (int lane = 0; lane < LANES; lane++) {
        sums[lane] += factor * Floats.get(strip, row + lane);
      }
    }
  }

  @Override
  public void dots(
      MemorySegment x,
      long xFrom,
      MemorySegment rows,
      long rowsFrom,
      long rowStride,
      int count,
      int depth,
      MemorySegment out,
      long to,
      long outStep) {
    for (int i = 0; i < count; i++) {
      float dot = dot(x, xFrom, rows, rowsFrom + i * rowStride, depth);
      Floats.set(out, to + i * outStep, dot);
    }
  }

  /** Four sums, so that the additions do not wait for each other. */
  private static float dot(MemorySegment x, long xFrom, MemorySegment y, long yFrom, int depth) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int k = 0;
    for (; k + 3 < depth; k += 4) {
      s0 += Floats.get(x, xFrom + k) * Floats.get(y, yFrom + k);
      s1 += Floats.get(x, xFrom + k + 1) * Floats.get(y, yFrom + k + 1);
      s2 += Floats.get(x, xFrom + k + 2) * Floats.get(y, yFrom + k + 2);
      s3 += Floats.get(x, xFrom + k + 3) * Floats.get(y, yFrom + k + 3);
    }
    for (; k < depth; k++) {
      s0 += Floats.get(x, xFrom + k) * Floats.get(y, yFrom + k);
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void addWeighted(
      MemorySegment weights,
      long weightsFrom,
      MemorySegment rows,
      long rowsFrom,
      long rowStride,
      int count,
      MemorySegment out,
      long to,
      int width) {
    for (int i = 0; i < count; i++) {
      float weight = Floats.get(weights, weightsFrom + i);
      long row = rowsFrom + i * rowStride;
      for (int c = 0; c < width; c++) {
        Floats.set(out, to + c, Floats.get(out, to + c) + weight * Floats.get(rows, row + c));
      }
    }
  }
}
