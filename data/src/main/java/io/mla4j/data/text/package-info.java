/**
 * Labelled texts from files, a row at a time.
 *
 * <p>Start at {@link io.mla4j.data.text.TextSource}: it says which file, which columns, which
 * encoding and what to do with bad rows, and opens a {@link io.mla4j.data.text.TextReader} of
 * {@link io.mla4j.data.text.TextExample}. Behind the reader stands one {@code RowSource} a format;
 * text formats share {@code DecodedInput}, which finds bytes that are not text.
 */
@NullMarked
package io.mla4j.data.text;

import org.jspecify.annotations.NullMarked;
