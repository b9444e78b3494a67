/**
 * Many query tokens at once: packed sequences with keys and values of their own ({@link
 * io.mla4j.flashmla.prefill.PrefillMetadata}), and sparse ones over the tokens that lists name
 * ({@code SparsePrefill}).
 */
@NullMarked
package io.mla4j.flashmla.prefill;

import org.jspecify.annotations.NullMarked;
