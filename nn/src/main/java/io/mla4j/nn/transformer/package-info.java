/**
 * What models stack: {@link io.mla4j.nn.transformer.TransformerLayer} joins an attention with a
 * feed-forward network.
 */
@NullMarked
package io.mla4j.nn.transformer;

import org.jspecify.annotations.NullMarked;
