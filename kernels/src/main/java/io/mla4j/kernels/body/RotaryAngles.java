package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;

/**
 * Cosines and sines of the angles, [tokens, pairs] or [batch, tokens, pairs] row by row.
 *
 * @param batchStride 0 where all batch entries share them
 */
public record RotaryAngles(
    MemorySegment cos, long cosOffset, MemorySegment sin, long sinOffset, long batchStride) {

  public RotaryAngles {
    if (batchStride < 0) {
      throw new IllegalArgumentException(
          "The angles of batch entries are 0 or more apart, not " + batchStride + ".");
    }
  }
}
