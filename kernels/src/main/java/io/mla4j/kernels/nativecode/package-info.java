/**
 * The C twins of kernels: which there are here and how they are called.
 *
 * <ul>
 *   <li>{@link io.mla4j.kernels.nativecode.NativeKernels}: the library, loaded once, or why not
 *   <li>{@link io.mla4j.kernels.nativecode.Level}: what a processor must have for one compilation
 * </ul>
 *
 * <p>The sources are in {@code src/main/c}: every file of {@code kernels/} is compiled once a level
 * and its functions end in the level's name. A new kernel is a file there and a handle here; its
 * caller checks every size and pointer first, as C does not.
 */
@NullMarked
package io.mla4j.kernels.nativecode;

import org.jspecify.annotations.NullMarked;
