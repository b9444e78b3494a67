/**
 * {@code predict}: {@link io.mla4j.cli.predict.PredictCommand} takes texts through a model, {@code
 * PredictionLine} says what comes out, {@code Timing} how long one takes.
 */
@NullMarked
package io.mla4j.cli.predict;

import org.jspecify.annotations.NullMarked;
