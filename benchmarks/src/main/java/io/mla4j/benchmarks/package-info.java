/**
 * Measurements beside the peers in {@code benchmarks/peers}: {@link
 * io.mla4j.benchmarks.TrainingStepTime} times a training step, {@link
 * io.mla4j.benchmarks.PredictionBenchmark} single predictions on both engines with JMH.
 */
@NullMarked
package io.mla4j.benchmarks;

import org.jspecify.annotations.NullMarked;
