package io.mla4j.kernels.paged;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Where results go. Neither may share memory with what is read.
 *
 * @param out float32 [B, T, H, V]; zeros for a query that sees no key
 * @param logSumExp float32 [B, T, H]: the natural logarithm of the sum of exponentials of the
 *     scaled scores, −∞ for a query that sees no key; empty where nobody needs it
 */
public record PagedResult(MemorySegment out, Optional<MemorySegment> logSumExp) {

  /** Without the log-sum-exp. */
  public static PagedResult of(MemorySegment out) {
    return new PagedResult(out, Optional.empty());
  }
}
