/**
 * What a classifier is worth on labelled data: {@link io.mla4j.training.evaluation.Evaluator}
 * collects the probabilities, {@link io.mla4j.training.evaluation.Evaluation} holds the figures.
 */
@NullMarked
package io.mla4j.training.evaluation;

import org.jspecify.annotations.NullMarked;
