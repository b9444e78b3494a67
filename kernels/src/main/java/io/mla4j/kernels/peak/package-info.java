/**
 * What this machine can do at most, so that a kernel's speed can be given as a share of it.
 *
 * <ul>
 *   <li>{@link io.mla4j.kernels.peak.PeakKind}: the peaks there are
 *   <li>{@link io.mla4j.kernels.peak.PeakMeter}: measures one, with all threads
 *   <li>{@link io.mla4j.kernels.peak.Peak}: what it found
 *   <li>{@link io.mla4j.kernels.peak.Effort}: how long it tries
 *   <li>{@code ProductProbe}, {@code ReadProbe}: what one thread runs. {@code NativeProbes} are in
 *       C ({@code src/main/c/kernels/peaks.c}), {@code VectorProbes} in the Vector API, {@code
 *       PlainProbes} in plain loops.
 * </ul>
 */
@NullMarked
package io.mla4j.kernels.peak;

import org.jspecify.annotations.NullMarked;
