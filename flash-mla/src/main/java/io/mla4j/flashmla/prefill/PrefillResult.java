package io.mla4j.flashmla.prefill;

import io.mla4j.flashmla.cache.TokenRows;
import java.lang.foreign.MemorySegment;

/**
 * Where the results of a prefill go. A query that sees no key gets zeros and a log-sum-exp of +∞,
 * as in FlashMLA.
 *
 * @param out a row of width V for each query token and head
 * @param logSumExp float32 [H, query tokens of all sequences]: the natural logarithm of the sum of
 *     all exponentials
 */
public record PrefillResult(TokenRows out, MemorySegment logSumExp) {}
