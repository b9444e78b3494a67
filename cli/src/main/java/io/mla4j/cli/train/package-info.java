/**
 * From a recipe to a trained classifier in a run folder: {@link io.mla4j.cli.train.Recipe} is what
 * the user wrote, {@link io.mla4j.cli.train.TrainingData} the texts and the tokenizer, {@link
 * io.mla4j.cli.train.ClassifierTraining} trains and measures, {@link
 * io.mla4j.cli.train.TrainingReport} writes what people look at.
 */
@NullMarked
package io.mla4j.cli.train;

import org.jspecify.annotations.NullMarked;
