/**
 * What a classifier is worth on labelled data: {@link io.mla4j.training.evaluation.Evaluator}
 * scores each document ({@link io.mla4j.training.evaluation.Scores}), {@link
 * io.mla4j.training.evaluation.Evaluation} holds the figures.
 */
@NullMarked
package io.mla4j.training.evaluation;

import org.jspecify.annotations.NullMarked;
