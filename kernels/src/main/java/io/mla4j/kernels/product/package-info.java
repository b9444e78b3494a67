/**
 * Products of activations with weights that are packed once, or stay where a file has them: {@code
 * C = act(X · Wᵀ + bias) + residual}, from one row (a step of decoding, as fast as memory delivers
 * the weights) to many.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.kernels.product.MatrixProducts}: the entry; it checks every argument, plans
 *       and launches over {@link io.mla4j.kernels.thread.KernelThreads}.
 *   <li>{@link io.mla4j.kernels.product.Activations}, {@link
 *       io.mla4j.kernels.product.PackedWeights}, {@link io.mla4j.kernels.product.Epilogue}: what
 *       goes in. {@link io.mla4j.kernels.product.WeightFormat} and {@link
 *       io.mla4j.kernels.memory.ElementType} say in which type.
 *   <li>{@code ProductPlan}: how a product is divided; {@code Block}: one piece of it.
 *   <li>{@code ProductBody} with the twins {@code NativeProduct} (C, see {@code product.h}) and
 *       {@code JavaProduct}, which runs the float32 tiles of {@link
 *       io.mla4j.kernels.body.ProductBodies} over what {@code PackedLoops} widen.
 *   <li>{@code PanelLayout}, {@code WeightPacker} and {@code PanelTurn}: where weights lie and how
 *       they come there.
 * </ol>
 *
 * <p><b>Letters.</b> M rows of activations; N output channels, the rows of the weights; K depth,
 * what a product sums over. Matrices are row-major without gaps.
 *
 * <p><b>Memory.</b> Segments are native, and shared or global: kernel threads read them. The result
 * shares no memory with an operand, but for the residual, which may be the result itself.
 */
@NullMarked
package io.mla4j.kernels.product;

import org.jspecify.annotations.NullMarked;
