/**
 * Sections of recipes that tasks share: the files of the data and how they are read, the tokenizer,
 * the engine; and where files that a recipe names are looked for.
 */
@NullMarked
package io.mla4j.tasks.recipe;

import org.jspecify.annotations.NullMarked;
