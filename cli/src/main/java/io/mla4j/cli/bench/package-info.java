/**
 * {@code bench kernels}: how fast each kernel is, as a share of what the machine can do and beside
 * libtorch; or, with {@code --verify}, whether it is right everywhere.
 *
 * <ol>
 *   <li>{@link io.mla4j.cli.bench.BenchCommand}, {@code KernelsCommand}: the options, and the order
 *       of things.
 *   <li>{@code cases}: every kernel with its shapes; {@code Verifications}: every grid of checks.
 *   <li>{@code Stopwatch}: times a case and its peer in turn; {@code Neighbours}: who else was at
 *       work meanwhile.
 *   <li>{@code PeakRun}, {@code TimingRun}, {@code VerificationRun}: measure, print and collect;
 *       {@code PeakFigures}, {@code KernelFigures}, {@code VerificationFigures} and {@code
 *       BenchReport} are the JSON.
 * </ol>
 *
 * <p><b>A new case</b> is a class {@code …Cases} that implements {@code KernelCases}, and a line in
 * {@code Catalogue}. Its kernel is set up and its memory taken only when its turn comes.
 */
@NullMarked
package io.mla4j.cli.bench;

import org.jspecify.annotations.NullMarked;
