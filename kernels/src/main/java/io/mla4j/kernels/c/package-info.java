/**
 * The twin in C where this machine has it: each class calls one function of {@code
 * kernels/src/main/c/kernels}, and {@link io.mla4j.kernels.c.NativeBodies} puts them over another
 * twin's loops.
 */
@NullMarked
package io.mla4j.kernels.c;

import org.jspecify.annotations.NullMarked;
