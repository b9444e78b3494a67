/**
 * The module tree and the layers that are not attention.
 *
 * <p>{@link io.mla4j.nn.Module} holds {@link io.mla4j.nn.Parameter}s and child modules by the names
 * their tensors have in a checkpoint; {@link io.mla4j.nn.Initializer} makes the parameters on an
 * engine. Layers: {@link io.mla4j.nn.Linear}, {@link io.mla4j.nn.Embedding}, {@link
 * io.mla4j.nn.RmsNorm}, {@link io.mla4j.nn.LayerNorm}, {@link io.mla4j.nn.Dropout}, {@link
 * io.mla4j.nn.FeedForward}, {@link io.mla4j.nn.ShortConvolution}. Attention is in {@link
 * io.mla4j.nn.attention}, and the layer that joins it with the others in {@link
 * io.mla4j.nn.transformer}.
 */
@NullMarked
package io.mla4j.nn;

import org.jspecify.annotations.NullMarked;
