/**
 * From files to batches of token ids. The way of the data, one package a step:
 *
 * <ol>
 *   <li>{@code sets}: public data sets, fetched, verified and written as JSON Lines
 *   <li>{@code text}: rows of JSON, JSON Lines, CSV, TSV and Parquet files as {@code TextExample}
 *   <li>{@code label}: names of classes to numbers, class weights, the held-out split
 *   <li>{@code token}: {@code tokenizer.json} read, and byte-level BPE trained
 *   <li>{@code batch}: documents cut into chunks of the context and gathered into batches
 * </ol>
 *
 * <p>Bad input of any kind is a {@link io.mla4j.data.DataException}.
 */
@NullMarked
package io.mla4j.data;

import org.jspecify.annotations.NullMarked;
