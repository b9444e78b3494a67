/**
 * The task {@code classification}: {@link io.mla4j.tasks.classification.ClassificationRecipe} says
 * what is learnt from labelled texts, {@code ClassificationData} reads them, {@code
 * ClassificationLearner} trains and measures a text classifier, {@code ClassificationFindings}
 * shows it.
 */
@NullMarked
package io.mla4j.tasks.classification;

import org.jspecify.annotations.NullMarked;
