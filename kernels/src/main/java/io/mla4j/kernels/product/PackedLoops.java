package io.mla4j.kernels.product;

import java.lang.foreign.MemorySegment;

/** What the Java twin does to packed weights and activations, in single-threaded loops. */
interface PackedLoops {

  /**
   * Turns a piece of a panel into float32 strips, as tiles want them: {@code out[channel / lanes,
   * k, channel % lanes]}, int4 times their scales, int8 without theirs.
   *
   * @param from the byte in which the piece starts
   * @param count elements of K, a multiple of the format's
   * @param lanes channels of a strip
   */
  void widen(
      WeightFormat format,
      MemorySegment weights,
      long from,
      int count,
      int lanes,
      MemorySegment out,
      long to);

  /**
   * Turns bf16 weights that lie row by row into float32 strips, as {@link #widen} does.
   *
   * @param from the byte in which the first row's piece starts; it need not be aligned
   * @param rowBytes from one row to the next
   * @param channels rows, up to a panel's; the strips of others become zeros
   * @param count elements of K
   */
  void widenRows(
      MemorySegment weights,
      long from,
      long rowBytes,
      int channels,
      int count,
      int lanes,
      MemorySegment out,
      long to);

  /**
   * The sum of products of float32 and bf16.
   *
   * @param xFrom in elements
   * @param from the byte in which the weights start; it need not be aligned
   */
  float dot(MemorySegment x, long xFrom, MemorySegment weights, long from, int count);

  /** {@code out = x} rounded to bf16, which float32 holds; indices count elements. */
  void round(MemorySegment x, long from, MemorySegment out, long to, int count);

  /** {@code out = x} for int8. */
  void widenInt8(MemorySegment x, long from, MemorySegment out, long to, int count);

  /** The largest magnitude, 0 of none. */
  float highest(MemorySegment x, long from, int count);

  /** {@code out = x / divisor} as int8, -127 to 127, to the nearest, of two the even one. */
  void quantize(MemorySegment x, long from, float divisor, MemorySegment out, long to, int count);
}
