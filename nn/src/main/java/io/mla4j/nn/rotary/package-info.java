/**
 * Rotary position embedding: {@link io.mla4j.nn.rotary.RotaryConfig} with {@link
 * io.mla4j.nn.rotary.YarnScaling} says which frequencies, {@link
 * io.mla4j.nn.rotary.RotaryEmbedding} tabulates the angles, {@link io.mla4j.nn.rotary.Rotation} is
 * a stretch of the table.
 */
@NullMarked
package io.mla4j.nn.rotary;

import org.jspecify.annotations.NullMarked;
