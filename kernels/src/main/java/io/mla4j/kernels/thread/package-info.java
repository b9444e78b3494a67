/**
 * Threads that run one loop together: {@link io.mla4j.kernels.thread.KernelThreads} are the entry,
 * {@code SharedLoop} hands out chunks.
 */
@NullMarked
package io.mla4j.kernels.thread;

import org.jspecify.annotations.NullMarked;
