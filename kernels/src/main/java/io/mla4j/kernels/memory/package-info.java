/**
 * How numbers lie in memory, and where memory comes from: {@link
 * io.mla4j.kernels.memory.ElementType} with {@link io.mla4j.kernels.memory.Bf16} and {@code
 * Floats}; {@link io.mla4j.kernels.memory.Matrix} and {@link io.mla4j.kernels.memory.Heads} with
 * their strides; {@link io.mla4j.kernels.memory.Extent} and {@link
 * io.mla4j.kernels.memory.NativeMemory}, which check that a memory holds what is asked of it;
 * {@link io.mla4j.kernels.memory.Scratch} lends working memory, {@link
 * io.mla4j.kernels.memory.HugePages} gives memory for what is read from end to end, {@link
 * io.mla4j.kernels.memory.MappedPages} advises the system about mapped files.
 */
@NullMarked
package io.mla4j.kernels.memory;

import org.jspecify.annotations.NullMarked;
