package io.mla4j.flashmla.indexer;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * What the indexer makes of its query tokens.
 *
 * @param memory [B, T, H, D], laid out row by row
 * @param type of {@code memory}
 * @param weights float32 [B, T, H]: what a head's score counts, {@code H^−½ · D^−½} in it
 */
public record IndexerQueries(MemorySegment memory, ElementType type, MemorySegment weights) {}
