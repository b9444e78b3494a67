/**
 * Text to token ids and back.
 *
 * <p>{@link io.mla4j.data.token.Tokenizer} runs any {@code tokenizer.json} in Hugging Face's
 * layout; {@code TokenizerFile} is what the file says, {@code LibraryText} what the library is
 * told. {@link io.mla4j.data.token.BpeTrainer} learns a byte-level BPE vocabulary from texts and
 * gives a {@link io.mla4j.data.token.BpeVocabulary}, which writes such a file. The trainer's steps:
 * {@code WordSplitter} cuts texts into words, {@code WordCounts} counts them, {@code MergeQueue}
 * finds the most frequent pair, {@code Words} joins it everywhere.
 */
@NullMarked
package io.mla4j.data.token;

import org.jspecify.annotations.NullMarked;
