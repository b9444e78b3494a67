package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

final class VectorProducts implements ProductBodies {

  private final boolean narrow;

  /**
   * @param narrow whether a strip is one vector wide rather than two
   */
  VectorProducts(boolean narrow) {
    this.narrow = narrow;
  }

  @Override
  public int lanes() {
    return narrow ? Lanes.COUNT : VectorTiles.LANES;
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
    long at = xFrom * Float.BYTES;
    long row = xRow * Float.BYTES;
    long step = xStep * Float.BYTES;
    long s = stripFrom * Float.BYTES;
    long target = to * Float.BYTES;
    long next = outRow * Float.BYTES;
    if (narrow) {
      narrowTile(x, at, row, step, rows, strip, s, depth, out, target, next);
    } else {
      wideTile(x, at, row, step, rows, strip, s, depth, out, target, next);
    }
  }

  private static void narrowTile(
      MemorySegment x,
      long xFrom,
      long row,
      long step,
      int rows,
      MemorySegment strip,
      long s,
      int depth,
      MemorySegment out,
      long to,
      long next) {
    long at = xFrom;
    long target = to;
    int left = rows;
    if (step == Float.BYTES) {
      for (; left >= 8; left -= 8, at += 8 * row, target += 8 * next) {
        NarrowTiles.eightAlong(x, at, row, strip, s, depth, out, target, next);
      }
    } else if (row == Float.BYTES) {
      for (; left >= 8; left -= 8, at += 8 * row, target += 8 * next) {
        NarrowTiles.eightAcross(x, at, step, strip, s, depth, out, target, next);
      }
    }
    for (; left >= 4; left -= 4, at += 4 * row, target += 4 * next) {
      NarrowTiles.four(x, at, row, step, strip, s, depth, out, target, next);
    }
    for (; left > 0; left--, at += row, target += next) {
      NarrowTiles.one(x, at, step, strip, s, depth, out, target);
    }
  }

  private static void wideTile(
      MemorySegment x,
      long xFrom,
      long row,
      long step,
      int rows,
      MemorySegment strip,
      long s,
      int depth,
      MemorySegment out,
      long to,
      long next) {
    long at = xFrom;
    long target = to;
    int left = rows;
    if (step == Float.BYTES && VectorTiles.MANY_REGISTERS) {
      for (; left >= 6; left -= 6, at += 6 * row, target += 6 * next) {
        VectorTiles.sixAlong(x, at, row, strip, s, depth, out, target, next);
      }
    } else if (row == Float.BYTES) {
      for (; left >= 6; left -= 6, at += 6 * row, target += 6 * next) {
        VectorTiles.sixAcross(x, at, step, strip, s, depth, out, target, next);
      }
    } else {
      for (; left >= 6; left -= 6, at += 6 * row, target += 6 * next) {
        VectorTiles.six(x, at, row, step, strip, s, depth, out, target, next);
      }
    }
    for (; left >= 3; left -= 3, at += 3 * row, target += 3 * next) {
      VectorTiles.three(x, at, row, step, strip, s, depth, out, target, next);
    }
    for (; left > 0; left--, at += row, target += next) {
      VectorTiles.one(x, at, step, strip, s, depth, out, target);
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
    int i = 0;
    for (; i + 3 < count; i += 4) {
      long first = rowsFrom + i * rowStride;
      fourDots(x, xFrom, rows, first, rowStride, depth, out, to + i * outStep, outStep);
    }
    for (; i < count; i++) {
      oneDot(x, xFrom, rows, rowsFrom + i * rowStride, depth, out, to + i * outStep);
    }
  }

  private static void fourDots(
      MemorySegment x,
      long xFrom,
      MemorySegment rows,
      long first,
      long rowStride,
      int depth,
      MemorySegment out,
      long to,
      long outStep) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long r0 = first * Float.BYTES;
    long r1 = r0 + rowStride * Float.BYTES;
    long r2 = r1 + rowStride * Float.BYTES;
    long r3 = r2 + rowStride * Float.BYTES;
    long x0 = xFrom * Float.BYTES;
    int whole = Lanes.whole(depth);
    for (int k = 0; k < whole; k += Lanes.COUNT) {
      long at = (long) k * Float.BYTES;
      FloatVector part = FloatVector.fromMemorySegment(SPECIES, x, x0 + at, ORDER);
      s0 = part.fma(FloatVector.fromMemorySegment(SPECIES, rows, r0 + at, ORDER), s0);
      s1 = part.fma(FloatVector.fromMemorySegment(SPECIES, rows, r1 + at, ORDER), s1);
      s2 = part.fma(FloatVector.fromMemorySegment(SPECIES, rows, r2 + at, ORDER), s2);
      s3 = part.fma(FloatVector.fromMemorySegment(SPECIES, rows, r3 + at, ORDER), s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    s0.intoArray(lanes, 0);
    Floats.set(out, to, Lanes.sum(lanes));
    s1.intoArray(lanes, 0);
    Floats.set(out, to + outStep, Lanes.sum(lanes));
    s2.intoArray(lanes, 0);
    Floats.set(out, to + 2 * outStep, Lanes.sum(lanes));
    s3.intoArray(lanes, 0);
    Floats.set(out, to + 3 * outStep, Lanes.sum(lanes));
    if (whole < depth) {
      for (int i = 0; i < 4; i++) {
        addRest(x, xFrom, rows, first + i * rowStride, whole, depth, out, to + i * outStep);
      }
    }
  }

  private static void oneDot(
      MemorySegment x,
      long xFrom,
      MemorySegment rows,
      long row,
      int depth,
      MemorySegment out,
      long to) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int whole = Lanes.whole(depth);
    for (int k = 0; k < whole; k += Lanes.COUNT) {
      long at = (long) k * Float.BYTES;
      FloatVector part = FloatVector.fromMemorySegment(SPECIES, x, xFrom * Float.BYTES + at, ORDER);
      sums =
          part.fma(
              FloatVector.fromMemorySegment(SPECIES, rows, row * Float.BYTES + at, ORDER), sums);
    }
    float[] lanes = new float[Lanes.COUNT];
    sums.intoArray(lanes, 0);
    Floats.set(out, to, Lanes.sum(lanes));
    addRest(x, xFrom, rows, row, whole, depth, out, to);
  }

  private static void addRest(
      MemorySegment x,
      long xFrom,
      MemorySegment rows,
      long row,
      int whole,
      int depth,
      MemorySegment out,
      long to) {
    float sum = Floats.get(out, to);
    for (int k = whole; k < depth; k++) {
      sum += Floats.get(x, xFrom + k) * Floats.get(rows, row + k);
    }
    Floats.set(out, to, sum);
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
    for (; c + VectorTiles.LANES <= width; c += VectorTiles.LANES) {
      addStrip(weights, weightsFrom, rows, rowsFrom + c, rowStride, count, out, to + c);
    }
    for (; c < width; c++) {
      float sum = Floats.get(out, to + c);
      for (int i = 0; i < count; i++) {
        float element = Floats.get(rows, rowsFrom + c + i * rowStride);
        sum += Floats.get(weights, weightsFrom + i) * element;
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
    long target = to * Float.BYTES;
    long first = rowsFrom * Float.BYTES;
    long next = rowStride * Float.BYTES;
    FloatVector left = FloatVector.fromMemorySegment(SPECIES, out, target, ORDER);
    FloatVector right = FloatVector.fromMemorySegment(SPECIES, out, target + Lanes.BYTES, ORDER);
    for (int i = 0; i < count; i++) {
      FloatVector weight = FloatVector.broadcast(SPECIES, Floats.get(weights, weightsFrom + i));
      long at = first + i * next;
      left = weight.fma(FloatVector.fromMemorySegment(SPECIES, rows, at, ORDER), left);
      right =
          weight.fma(FloatVector.fromMemorySegment(SPECIES, rows, at + Lanes.BYTES, ORDER), right);
    }
    left.intoMemorySegment(out, target, ORDER);
    right.intoMemorySegment(out, target + Lanes.BYTES, ORDER);
  }
}
