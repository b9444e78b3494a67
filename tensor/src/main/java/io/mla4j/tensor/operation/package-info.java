/**
 * Operations that are types of their own: records of their inputs with a definition in primitives,
 * run by {@link io.mla4j.tensor.Engine#run}, which takes the engine's own body where it has one.
 *
 * <p>The map of this package:
 *
 * <ul>
 *   <li>{@link io.mla4j.tensor.operation.CrossEntropy}: a loss, as sum and total weight or as mean.
 *   <li>{@link io.mla4j.tensor.operation.AdamWUpdate} and {@link
 *       io.mla4j.tensor.operation.ClipGradients}: what follows a backward pass.
 *   <li>{@link io.mla4j.tensor.operation.Convolution} and {@link io.mla4j.tensor.operation.Pooling}
 *       over one or two dimensions, along which a {@link io.mla4j.tensor.operation.Window} moves.
 * </ul>
 */
@NullMarked
package io.mla4j.tensor.operation;

import org.jspecify.annotations.NullMarked;
