/**
 * What a twin supplies: single-threaded loops over arguments that have been checked. {@link
 * io.mla4j.kernels.body.KernelBodies} holds one of each kind; {@code AttentionJob} and {@code
 * Visibility} describe an attention.
 */
@NullMarked
package io.mla4j.kernels.body;

import org.jspecify.annotations.NullMarked;
