/**
 * What a model is trained for: an {@link io.mla4j.training.objective.Objective} gives a batch's
 * {@link io.mla4j.training.objective.Loss} as sum and count, so that batches of any size add up
 * rightly, measures an {@link io.mla4j.training.objective.Evaluation}, and says by which of its
 * figures the best model can be told ({@link io.mla4j.training.objective.Monitor}).
 */
@NullMarked
package io.mla4j.training.objective;

import org.jspecify.annotations.NullMarked;
