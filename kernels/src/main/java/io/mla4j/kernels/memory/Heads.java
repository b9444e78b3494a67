package io.mla4j.kernels.memory;

import java.lang.foreign.MemorySegment;

/**
 * Float32 elements [batch, tokens, heads, width]; those of one head lie side by side, the other
 * dimensions have strides in elements.
 */
public record Heads(
    MemorySegment memory,
    long offset,
    long batch,
    long tokens,
    long heads,
    long width,
    long batchStride,
    long tokenStride,
    long headStride) {

  /**
   * @throws IllegalArgumentException if an extent or stride is negative or elements lie outside the
   *     memory
   */
  public Heads {
    if (batch < 0 || tokens < 0 || heads < 0 || width < 0 || width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Heads need extents of 0 or more, not [%d, %d, %d, %d]."
              .formatted(batch, tokens, heads, width));
    }
    if (offset < 0 || batchStride < 0 || tokenStride < 0 || headStride < 0) {
      throw new IllegalArgumentException("Heads need an offset and strides of 0 or more.");
    }
    if (batch > 0 && tokens > 0 && heads > 0 && width > 0) {
      long last = offset;
      last = reach(last, batch, batchStride);
      last = reach(last, tokens, tokenStride);
      last = reach(last, heads, headStride);
      Extent.checkLast("heads", memory, Float.BYTES, reach(last, width, 1));
    }
  }

  private static long reach(long last, long extent, long stride) {
    return Extent.addExact("heads", last, Extent.timesExact("heads", extent - 1, stride));
  }

  /** Elements laid out row by row. */
  public static Heads contiguous(
      MemorySegment memory, long offset, long batch, long tokens, long heads, long width) {
    long token = heads * width;
    return new Heads(memory, offset, batch, tokens, heads, width, tokens * token, token, width);
  }

  /** Where the first element of a head lies. */
  public long index(long b, long token, long head) {
    return offset + b * batchStride + token * tokenStride + head * headStride;
  }
}
