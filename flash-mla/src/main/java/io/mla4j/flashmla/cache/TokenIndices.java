package io.mla4j.flashmla.cache;

import java.lang.foreign.MemorySegment;

/**
 * The cached tokens each query token attends to, for token-sparse attention.
 *
 * @param memory int32 [B, T, K]: {@code block · blockTokens + token in the block}, or −1 for none
 * @param topK K
 */
public record TokenIndices(MemorySegment memory, int topK) {}
