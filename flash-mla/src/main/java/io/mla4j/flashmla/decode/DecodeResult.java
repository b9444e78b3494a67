package io.mla4j.flashmla.decode;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * Where the results go. A query that sees no token gets zeros and a log-sum-exp of +∞, as in
 * FlashMLA.
 *
 * @param out [B, T, H, V], laid out row by row
 * @param type of {@code out}
 * @param logSumExp float32 [B, H, T]: the natural logarithm of the sum of all exponentials, sinks
 *     left out
 */
public record DecodeResult(MemorySegment out, ElementType type, MemorySegment logSumExp) {}
