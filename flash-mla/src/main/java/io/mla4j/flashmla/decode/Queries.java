package io.mla4j.flashmla.decode;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * Queries with the key up-projection absorbed, {@code [W_UKᵀ q_nope | q_pe]}.
 *
 * @param memory [B, T, H, D], laid out row by row
 */
public record Queries(MemorySegment memory, ElementType type) {}
