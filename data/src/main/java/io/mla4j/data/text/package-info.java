/**
 * Labelled texts from files, a row at a time.
 *
 * <p>Start at {@link io.mla4j.data.text.TextSource}: it says which file, which columns, which
 * encoding and what to do with bad rows, and opens a {@link io.mla4j.data.text.TextReader} of
 * {@link io.mla4j.data.text.TextExample}. Behind the reader stands one {@code RowSource} a format.
 * Text formats share {@link io.mla4j.data.text.TextBytes}, which opens files and pipes, and {@code
 * DecodedInput}, which finds bytes that are not text. What a library says of a file is no sentence
 * for a user: {@link io.mla4j.data.text.ReadFailure} and the row sources say it in words of their
 * own.
 */
@NullMarked
package io.mla4j.data.text;

import org.jspecify.annotations.NullMarked;
