/**
 * The networks each token passes through by itself, behind one type, {@link
 * io.mla4j.nn.feedforward.FeedForward}; {@link io.mla4j.nn.feedforward.FeedForwardConfig} says
 * which.
 */
@NullMarked
package io.mla4j.nn.feedforward;

import org.jspecify.annotations.NullMarked;
