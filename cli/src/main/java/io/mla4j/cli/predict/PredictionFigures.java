package io.mla4j.cli.predict;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code predict --json} writes.
 *
 * @param loadSeconds from the start of the engine to a model that can predict
 * @param seconds all predictions took
 * @param predicted texts given each class
 * @param cutTexts texts that are longer than the model's context allows
 * @param cutTokens their tokens that were not looked at
 * @param timing of a single prediction, if asked for
 */
record PredictionFigures(
    Path model,
    String engine,
    int threads,
    long texts,
    double loadSeconds,
    double seconds,
    Map<String, Long> predicted,
    long cutTexts,
    long cutTokens,
    Optional<Timing> timing) {}
