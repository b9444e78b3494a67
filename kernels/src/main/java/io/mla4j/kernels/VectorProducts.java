package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Tiles of 6 rows by 2 vectors: their 12 sums, the 2 vectors of the strip and one broadcast element
 * fit the 16 registers of AVX2, and 12 independent sums hide the latency of multiply-add. With 16
 * sums the compiler of JDK 25 keeps them in memory, at an eighth of the speed.
 */
final class VectorProducts implements ProductBodies {

  static final int LANES = 2 * Lanes.COUNT;
  private static final long STEP_BYTES = 2 * Lanes.BYTES;

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
    int r = 0;
    while (r < rows) {
      int take = rows - r >= 6 ? 6 : rows - r >= 3 ? 3 : 1;
      long at = (xFrom + r * xRow) * Float.BYTES;
      long row = xRow * Float.BYTES;
      long step = xStep * Float.BYTES;
      long s = stripFrom * Float.BYTES;
      long target = to + r * outRow;
      switch (take) {
        case 6 -> six(x, at, row, step, strip, s, depth, out, target, outRow);
        case 3 -> three(x, at, row, step, strip, s, depth, out, target, outRow);
        default -> one(x, at, step, strip, s, depth, out, target);
      }
      r += take;
    }
  }

  private static void six(
      MemorySegment x,
      long x0,
      long row,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s00 = Lanes.zero();
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    long x1 = x0 + row;
    long x2 = x1 + row;
    long x3 = x2 + row;
    long x4 = x3 + row;
    long x5 = x4 + row;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      long ahead = k * step;
      FloatVector left = Lanes.loadAt(strip, at);
      FloatVector right = Lanes.loadAt(strip, at + Lanes.BYTES);
      FloatVector element = element(x, x0 + ahead);
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
      element = element(x, x1 + ahead);
      s10 = element.fma(left, s10);
      s11 = element.fma(right, s11);
      element = element(x, x2 + ahead);
      s20 = element.fma(left, s20);
      s21 = element.fma(right, s21);
      element = element(x, x3 + ahead);
      s30 = element.fma(left, s30);
      s31 = element.fma(right, s31);
      element = element(x, x4 + ahead);
      s40 = element.fma(left, s40);
      s41 = element.fma(right, s41);
      element = element(x, x5 + ahead);
      s50 = element.fma(left, s50);
      s51 = element.fma(right, s51);
    }
    store(out, to, s00, s01);
    store(out, to + outRow, s10, s11);
    store(out, to + 2 * outRow, s20, s21);
    store(out, to + 3 * outRow, s30, s31);
    store(out, to + 4 * outRow, s40, s41);
    store(out, to + 5 * outRow, s50, s51);
  }

  private static void three(
      MemorySegment x,
      long x0,
      long row,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to,
      long outRow) {
    FloatVector s00 = Lanes.zero();
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    long x1 = x0 + row;
    long x2 = x1 + row;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      long ahead = k * step;
      FloatVector left = Lanes.loadAt(strip, at);
      FloatVector right = Lanes.loadAt(strip, at + Lanes.BYTES);
      FloatVector element = element(x, x0 + ahead);
      s00 = element.fma(left, s00);
      s01 = element.fma(right, s01);
      element = element(x, x1 + ahead);
      s10 = element.fma(left, s10);
      s11 = element.fma(right, s11);
      element = element(x, x2 + ahead);
      s20 = element.fma(left, s20);
      s21 = element.fma(right, s21);
    }
    store(out, to, s00, s01);
    store(out, to + outRow, s10, s11);
    store(out, to + 2 * outRow, s20, s21);
  }

  private static void one(
      MemorySegment x,
      long x0,
      long step,
      MemorySegment strip,
      long from,
      int depth,
      MemorySegment out,
      long to) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    for (int k = 0; k < depth; k++) {
      long at = from + k * STEP_BYTES;
      FloatVector element = element(x, x0 + k * step);
      s0 = element.fma(Lanes.loadAt(strip, at), s0);
      s1 = element.fma(Lanes.loadAt(strip, at + Lanes.BYTES), s1);
    }
    store(out, to, s0, s1);
  }

  private static FloatVector element(MemorySegment x, long offsetBytes) {
    return Lanes.broadcast(x.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offsetBytes));
  }

  private static void store(MemorySegment out, long to, FloatVector left, FloatVector right) {
    Lanes.store(left, out, to);
    Lanes.store(right, out, to + Lanes.COUNT);
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
    int i = 0;
    for (; i + 3 < count; i += 4) {
      fourDots(
          x,
          xFrom,
          rows,
          rowsFrom + i * rowStride,
          rowStride,
          depth,
          out,
          to + i * outStep,
          outStep);
    }
    for (; i < count; i++) {
      float dot = dot(x, xFrom, rows, rowsFrom + i * rowStride, depth);
      Floats.set(out, to + i * outStep, dot);
    }
  }

  private static void fourDots(
      MemorySegment x,
      long xFrom,
      MemorySegment rows,
      long r0,
      long rowStride,
      int depth,
      MemorySegment out,
      long to,
      long outStep) {
    FloatVector s0 = Lanes.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long r1 = r0 + rowStride;
    long r2 = r1 + rowStride;
    long r3 = r2 + rowStride;
    int whole = Lanes.whole(depth);
    for (int k = 0; k < whole; k += Lanes.COUNT) {
      FloatVector part = Lanes.load(x, xFrom + k);
      s0 = part.fma(Lanes.load(rows, r0 + k), s0);
      s1 = part.fma(Lanes.load(rows, r1 + k), s1);
      s2 = part.fma(Lanes.load(rows, r2 + k), s2);
      s3 = part.fma(Lanes.load(rows, r3 + k), s3);
    }
    int rest = depth - whole;
    long x0 = xFrom + whole;
    Floats.set(out, to, finish(s0, x, x0, rows, r0 + whole, rest));
    Floats.set(out, to + outStep, finish(s1, x, x0, rows, r1 + whole, rest));
    Floats.set(out, to + 2 * outStep, finish(s2, x, x0, rows, r2 + whole, rest));
    Floats.set(out, to + 3 * outStep, finish(s3, x, x0, rows, r3 + whole, rest));
  }

  private static float dot(MemorySegment x, long xFrom, MemorySegment y, long yFrom, int depth) {
    FloatVector sums = Lanes.zero();
    int whole = Lanes.whole(depth);
    for (int k = 0; k < whole; k += Lanes.COUNT) {
      sums = Lanes.load(x, xFrom + k).fma(Lanes.load(y, yFrom + k), sums);
    }
    return finish(sums, x, xFrom + whole, y, yFrom + whole, depth - whole);
  }

  private static float finish(
      FloatVector sums, MemorySegment x, long xFrom, MemorySegment y, long yFrom, int count) {
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int k = 0; k < count; k++) {
      sum += Floats.get(x, xFrom + k) * Floats.get(y, yFrom + k);
    }
    return sum;
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
    int c = 0;
    for (; c + LANES <= width; c += LANES) {
      addStrip(weights, weightsFrom, rows, rowsFrom + c, rowStride, count, out, to + c);
    }
    for (; c < width; c++) {
      float sum = Floats.get(out, to + c);
      for (int i = 0; i < count; i++) {
        sum +=
            Floats.get(weights, weightsFrom + i) * Floats.get(rows, rowsFrom + c + i * rowStride);
      }
      Floats.set(out, to + c, sum);
    }
  }

  private static void addStrip(
      MemorySegment weights,
      long weightsFrom,
      MemorySegment rows,
      long rowsFrom,
      long rowStride,
      int count,
      MemorySegment out,
      long to) {
    FloatVector left = Lanes.load(out, to);
    FloatVector right = Lanes.load(out, to + Lanes.COUNT);
    for (int i = 0; i < count; i++) {
      FloatVector weight = Lanes.broadcast(Floats.get(weights, weightsFrom + i));
      long row = rowsFrom + i * rowStride;
      left = weight.fma(Lanes.load(rows, row), left);
      right = weight.fma(Lanes.load(rows, row + Lanes.COUNT), right);
    }
    store(out, to, left, right);
  }
}
