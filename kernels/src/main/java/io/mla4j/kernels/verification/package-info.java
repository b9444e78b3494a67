/**
 * Whether the kernels give what they should: grids of sizes against loops in float64.
 *
 * <p>Each family has a case, one point of its grids, and a trial, which makes operands, runs the
 * kernel and compares every element:
 *
 * <ul>
 *   <li>{@link io.mla4j.kernels.verification.ProductCase}, {@link
 *       io.mla4j.kernels.verification.ProductTrial}: float32 products
 *   <li>{@link io.mla4j.kernels.verification.PackedProductCase}, {@link
 *       io.mla4j.kernels.verification.PackedProductTrial}: products with packed weights, in the
 *       pairings of {@link io.mla4j.kernels.verification.ProductTypes}
 *   <li>{@link io.mla4j.kernels.verification.RowCase}, {@link
 *       io.mla4j.kernels.verification.RowTrial}: functions of rows, whose definitions {@link
 *       io.mla4j.kernels.verification.RowFunction} has
 *   <li>{@link io.mla4j.kernels.verification.RotaryCase}, {@link
 *       io.mla4j.kernels.verification.RotaryTrial}: rotations
 *   <li>{@link io.mla4j.kernels.verification.AttentionCase}, {@link
 *       io.mla4j.kernels.verification.AttentionTrial}: attention, defined by {@code
 *       AttentionOracle}
 *   <li>{@link io.mla4j.kernels.verification.PackedCase}, {@link
 *       io.mla4j.kernels.verification.PackedTrial}: attention of packed sequences
 *   <li>{@link io.mla4j.kernels.verification.PagedCase}, {@link
 *       io.mla4j.kernels.verification.PagedTrial}: attention over a paged cache
 * </ul>
 *
 * <p>{@code Operands} are their random numbers. What a kernel writes is not a number before, and
 * nor is what follows it afterwards.
 */
@NullMarked
package io.mla4j.kernels.verification;

import org.jspecify.annotations.NullMarked;
