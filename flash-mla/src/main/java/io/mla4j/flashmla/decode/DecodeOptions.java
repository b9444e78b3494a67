package io.mla4j.flashmla.decode;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * How scores are treated.
 *
 * @param scale what {@code q · k} is multiplied with
 * @param causal whether query token t sees only the first {@code S − T + t + 1} tokens; indices say
 *     themselves what is seen
 * @param sinks float32 [H]: a score of each head that takes part in the softmax and has no value
 *     (attention sinks); −∞ for none, +∞ leaves nothing but zeros
 */
public record DecodeOptions(double scale, boolean causal, Optional<MemorySegment> sinks) {

  public DecodeOptions {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("The scale must be finite, not " + scale + ".");
    }
  }

  public static DecodeOptions of(double scale, boolean causal) {
    return new DecodeOptions(scale, causal, Optional.empty());
  }
}
