/**
 * Foretelling the next token of a text: {@link io.mla4j.training.language.LanguageModeling} is the
 * objective, {@link io.mla4j.training.language.LanguageEvaluation} holds the figures, among them
 * which share of the tokens each expert of the model got ({@link
 * io.mla4j.training.language.ExpertLoads}).
 */
@NullMarked
package io.mla4j.training.language;

import org.jspecify.annotations.NullMarked;
