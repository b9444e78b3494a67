/**
 * The module tree and the layers that are not attention.
 *
 * <p>{@link io.mla4j.nn.Module} holds {@link io.mla4j.nn.Parameter}s and child modules by the names
 * their tensors have in a checkpoint; {@link io.mla4j.nn.Initializer} makes the parameters on an
 * engine. Layers: {@link io.mla4j.nn.Linear}, whose {@link io.mla4j.nn.Weight} may be kept in
 * several forms, {@link io.mla4j.nn.Embedding}, the {@link io.mla4j.nn.Norm} family, {@link
 * io.mla4j.nn.Dropout}, {@link io.mla4j.nn.ShortConvolution}. Attention is in {@link
 * io.mla4j.nn.attention}, the networks of single tokens in {@link io.mla4j.nn.feedforward}, and
 * what joins them in {@link io.mla4j.nn.transformer}. {@link io.mla4j.nn.pass} is what layers share
 * while tokens pass through.
 */
@NullMarked
package io.mla4j.nn;

import org.jspecify.annotations.NullMarked;
