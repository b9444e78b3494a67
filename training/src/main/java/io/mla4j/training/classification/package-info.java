/**
 * Telling which class a document belongs to: {@link
 * io.mla4j.training.classification.Classification} is the objective, set by {@link
 * io.mla4j.training.classification.ClassificationConfig}; {@link
 * io.mla4j.training.classification.Evaluator} scores each document ({@link
 * io.mla4j.training.classification.Scores}), {@link
 * io.mla4j.training.classification.ClassificationEvaluation} holds the figures.
 */
@NullMarked
package io.mla4j.training.classification;

import org.jspecify.annotations.NullMarked;
