/**
 * CPU kernels on memory segments: float32 elementwise functions, row reductions, matrix products
 * and attention.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.kernels.Kernels}: starts everything and holds one entry for each family:
 *       {@link io.mla4j.kernels.row.Elementwise}, {@link io.mla4j.kernels.row.Rows}, {@link
 *       io.mla4j.kernels.product.Products}, {@link io.mla4j.kernels.attention.FlashAttention},
 *       {@link io.mla4j.kernels.row.Rotary}. An entry checks its arguments, decides how to run (a
 *       plan is a record), and launches over {@link io.mla4j.kernels.thread.KernelThreads}.
 *   <li>{@link io.mla4j.kernels.choice.KernelChoice}: which twin runs here, and why.
 *   <li>{@code body}: what a twin must supply. {@code scalar} does it with plain loops, {@code
 *       vector} with the Vector API, {@code c} wraps one of them and replaces what there is in C.
 * </ol>
 *
 * <p><b>The seam.</b> Bodies get arguments that have been checked, and work on one thread. A
 * further twin implements the body interfaces, or wraps a twin and replaces some of them, and gets
 * a branch in {@link io.mla4j.kernels.choice.KernelChoice}; the entries, the plans, the packing and
 * the tests stay as they are. Every twin passes the same abstract test suite.
 *
 * <p>{@code memory} says how numbers lie in memory, {@code thread} holds the threads, {@code row}
 * and {@code attention} the entries.
 *
 * <p>{@code product} multiplies with packed weights, {@code expert} routes tokens through experts
 * on it, {@code paged} attends over a paged cache of keys and values, {@code peak} measures what
 * the machine can do at most, {@code nativecode} loads the C twins.
 *
 * <p><b>Units.</b> Offsets, strides and counts are in elements unless a name ends in {@code Bytes}.
 * Memory should be native: heap segments work and are slower.
 */
@NullMarked
package io.mla4j.kernels;

import org.jspecify.annotations.NullMarked;
