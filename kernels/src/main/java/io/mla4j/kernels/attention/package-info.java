/**
 * Attention in float32 over keys and values that lie as they were made: {@link
 * io.mla4j.kernels.attention.FlashAttention} is the entry, {@code StripAttention} the tiled loop,
 * {@code RowAttention} what a few queries take, {@code PackedAttention} shares out sequences of
 * different lengths.
 */
@NullMarked
package io.mla4j.kernels.attention;

import org.jspecify.annotations.NullMarked;
