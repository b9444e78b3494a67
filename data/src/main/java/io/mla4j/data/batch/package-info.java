/**
 * Documents gathered into batches of token ids.
 *
 * <p>{@link io.mla4j.data.batch.DataLoader} holds a file's documents encoded in memory; {@link
 * io.mla4j.data.batch.StreamingLoader} reads the file anew every epoch. Both are a {@link
 * io.mla4j.data.batch.DocumentSource}, which is a {@link io.mla4j.data.batch.BatchSource} of {@link
 * io.mla4j.data.batch.TextBatch}: the batches of an epoch are a function of the seed and the
 * epoch's number, so a resumed run goes on with the batches it would have seen. {@link
 * io.mla4j.data.batch.ContextWindow} says how documents longer than the context are cut into
 * chunks, {@link io.mla4j.data.batch.DocumentEncoder} does it, and {@link
 * io.mla4j.data.batch.TextBatch} is what comes out.
 *
 * <p>Letters in shapes: D documents, C chunks (C ≥ D), T tokens of the longest chunk.
 */
@NullMarked
package io.mla4j.data.batch;

import org.jspecify.annotations.NullMarked;
