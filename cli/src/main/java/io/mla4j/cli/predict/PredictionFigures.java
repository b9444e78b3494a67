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
    Optional<Timing> timing) {}
