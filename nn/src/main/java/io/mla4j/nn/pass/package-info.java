/**
 * One pass of tokens through the layers of a model: {@link io.mla4j.nn.pass.ForwardPass} is what
 * all layers share, {@link io.mla4j.nn.pass.LayerPass} what one of them sees, {@link
 * io.mla4j.nn.pass.LayerCaches} what stays from pass to pass, {@link io.mla4j.nn.pass.PassRecord}
 * what layers leave behind.
 */
@NullMarked
package io.mla4j.nn.pass;

import org.jspecify.annotations.NullMarked;
