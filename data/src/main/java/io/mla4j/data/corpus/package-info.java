/**
 * Running text as tokens, for models of language.
 *
 * <p>A {@link io.mla4j.data.corpus.Corpus} is the documents of one file or several, read piece by
 * piece ({@link io.mla4j.data.corpus.Piece}); a {@link io.mla4j.data.corpus.TokenCorpus} holds them
 * encoded, one after another. Two sources cut that into {@link io.mla4j.data.corpus.TokenBatch}es:
 * {@link io.mla4j.data.corpus.TokenBlocks} to learn from, {@link io.mla4j.data.corpus.TokenWindows}
 * to measure on, where a window slides over the text.
 */
@NullMarked
package io.mla4j.data.corpus;

import org.jspecify.annotations.NullMarked;
