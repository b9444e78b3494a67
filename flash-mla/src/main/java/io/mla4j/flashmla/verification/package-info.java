/**
 * Whether the kernels give what they should: FlashMLA's test grids and tolerances against float64.
 *
 * <ul>
 *   <li>{@link io.mla4j.flashmla.verification.DecodeCase}: one point of the grids
 *   <li>{@link io.mla4j.flashmla.verification.DecodeData}: its queries, cache and positions, with
 *       everything that must not be read poisoned
 *   <li>{@link io.mla4j.flashmla.verification.DecodeRows}: random rows in every format
 *   <li>{@link io.mla4j.flashmla.verification.DecodeOracle}: a query row in float64
 *   <li>{@link io.mla4j.flashmla.verification.DecodeTrial}: runs a case and compares
 *   <li>{@link io.mla4j.flashmla.verification.SparsePrefillTrial}: runs one as a sparse prefill
 *   <li>{@link io.mla4j.flashmla.verification.PrefillCase}, {@link
 *       io.mla4j.flashmla.verification.PrefillData}, {@link
 *       io.mla4j.flashmla.verification.PrefillOracle}, {@link
 *       io.mla4j.flashmla.verification.PrefillTrial}: the same of prefills
 *   <li>{@link io.mla4j.flashmla.verification.IndexerCase}, {@link
 *       io.mla4j.flashmla.verification.IndexerOracle}, {@link
 *       io.mla4j.flashmla.verification.IndexerTrial}: the same of the indexer
 *   <li>{@link io.mla4j.flashmla.verification.RowComparison}: how far off a row may be
 * </ul>
 */
@NullMarked
package io.mla4j.flashmla.verification;

import org.jspecify.annotations.NullMarked;
