/**
 * CPU kernels on memory segments: float32 elementwise functions, row reductions, matrix products
 * and attention.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.kernels.Kernels}: starts everything and holds one entry for each family:
 *       {@link io.mla4j.kernels.Elementwise}, {@link io.mla4j.kernels.Rows}, {@link
 *       io.mla4j.kernels.Products}, {@link io.mla4j.kernels.FlashAttention}, {@link
 *       io.mla4j.kernels.Rotary}. An entry checks its arguments, decides how to run (a plan is a
 *       record), and launches over {@link io.mla4j.kernels.KernelThreads}.
 *   <li>{@link io.mla4j.kernels.KernelChoice}: which twin runs here, and why.
 *   <li>{@code KernelBodies} with {@code ElementwiseBodies}, {@code RowBodies}, {@code
 *       ProductBodies}, {@code SoftmaxBodies}: what a twin must supply. {@code ScalarKernels} does
 *       it with plain loops, {@code VectorKernels} with the Vector API. {@code NativeBodies} wraps
 *       one of them and replaces what there is in C.
 * </ol>
 *
 * <p><b>The seam.</b> Bodies get arguments that have been checked, and work on one thread. A
 * further twin implements the body interfaces, or wraps a twin and replaces some of them, and gets
 * a branch in {@link io.mla4j.kernels.KernelChoice}; the entries, the plans, the packing and the
 * tests stay as they are. Every twin passes the same abstract test suite.
 *
 * <p>{@link io.mla4j.kernels.ElementType} and {@link io.mla4j.kernels.Bf16} say how elements lie in
 * memory; {@link io.mla4j.kernels.Scratch} lends working memory, {@link io.mla4j.kernels.HugePages}
 * gives memory for what is read from end to end, {@link io.mla4j.kernels.MappedPages} advises the
 * system about mapped files.
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
