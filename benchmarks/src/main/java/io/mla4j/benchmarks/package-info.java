/**
 * Measurements beside the peers in {@code benchmarks/peers}: {@link
 * io.mla4j.benchmarks.TrainingStepTime} times a training step, {@link
 * io.mla4j.benchmarks.ClassifierTime} predictions in batches on both engines in turn, {@link
 * io.mla4j.benchmarks.PredictionBenchmark} single ones with JMH. Kernels: {@link
 * io.mla4j.benchmarks.DecodeBenchmark} and {@link io.mla4j.benchmarks.ProductBenchmark} with JMH,
 * {@link io.mla4j.benchmarks.CallersThroughput} decodes by many callers at once; {@link
 * io.mla4j.benchmarks.LinearStackTime} decodes and prefills with the layers of a language model.
 */
@NullMarked
package io.mla4j.benchmarks;

import org.jspecify.annotations.NullMarked;
