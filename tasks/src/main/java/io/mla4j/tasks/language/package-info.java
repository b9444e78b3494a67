/**
 * The task {@code language-model}: {@link io.mla4j.tasks.language.LanguageRecipe} says which text
 * is learnt by which model, {@code LanguageData} reads and encodes it, {@code LanguageLearner}
 * trains and measures, {@code LanguageFindings} shows what came out, {@code SampleTexts} among it.
 */
@NullMarked
package io.mla4j.tasks.language;

import org.jspecify.annotations.NullMarked;
