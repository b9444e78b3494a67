package io.mla4j.flashmla.prefill;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * Where the results of a sparse prefill go. A query that attends to no token gets zeros, a highest
 * score of −∞ and a log-sum-exp of +∞.
 *
 * @param out [B, T, H, V], laid out row by row
 * @param type of {@code out}
 * @param maxLogits float32 [B, T, H]: the highest score, scaled
 * @param logSumExp float32 [B, T, H]: the natural logarithm of the sum of all exponentials, sinks
 *     left out
 */
public record SparsePrefillResult(
    MemorySegment out, ElementType type, MemorySegment maxLogits, MemorySegment logSumExp) {}
