/**
 * Measurements beside the peers in {@code benchmarks/peers}: {@link
 * io.mla4j.benchmarks.TrainingStepTime} times a training step, {@link
 * io.mla4j.benchmarks.ClassifierTime} predictions in batches on both engines in turn, {@link
 * io.mla4j.benchmarks.PredictionBenchmark} single ones with JMH.
 */
@NullMarked
package io.mla4j.benchmarks;

import org.jspecify.annotations.NullMarked;
