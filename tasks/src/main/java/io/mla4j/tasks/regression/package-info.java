/**
 * The task {@code regression}: {@link io.mla4j.tasks.regression.RegressionRecipe} says what is
 * learnt from pairs of texts with a number each, {@code RegressionData} reads them, {@code
 * RegressionLearner} trains and measures a pair regressor, {@code RegressionFindings} shows it.
 */
@NullMarked
package io.mla4j.tasks.regression;

import org.jspecify.annotations.NullMarked;
