/**
 * What models stack: {@link io.mla4j.nn.transformer.TransformerLayer} joins an attention with a
 * feed-forward network, {@link io.mla4j.nn.transformer.TransformerStack} puts layers one on the
 * other, {@link io.mla4j.nn.transformer.Residual} is how their blocks read and add.
 */
@NullMarked
package io.mla4j.nn.transformer;

import org.jspecify.annotations.NullMarked;
