/**
 * Decoding: a few query tokens of each sequence over a paged cache. {@link
 * io.mla4j.flashmla.decode.MlaMetadata} divides the work into parts, a {@code DecodeTwin} runs one
 * on a thread, {@code Merge} joins them.
 */
@NullMarked
package io.mla4j.flashmla.decode;

import org.jspecify.annotations.NullMarked;
