/**
 * {@code evaluate}: a model measured on labelled documents. {@code EngineRun} runs it on one
 * engine, {@code Agreement} compares two, {@code EvaluationText} and {@code Confusions} are what
 * people see, {@code EvaluationFigures} what programs read, {@code PredictionFile} every single
 * prediction.
 */
@NullMarked
package io.mla4j.cli.evaluate;

import org.jspecify.annotations.NullMarked;
