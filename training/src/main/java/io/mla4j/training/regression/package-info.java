/**
 * Saying a number of a pair of texts: {@link io.mla4j.training.regression.Regression} is the
 * objective, {@link io.mla4j.training.regression.RegressionEvaluation} holds the figures, among
 * them {@link io.mla4j.training.regression.Correlation}.
 */
@NullMarked
package io.mla4j.training.regression;

import org.jspecify.annotations.NullMarked;
