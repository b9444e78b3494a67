/**
 * Options that several commands share, as picocli mixins: {@link io.mla4j.cli.option.EngineOption}
 * starts an engine, which {@link io.mla4j.tasks.recipe.EngineChoice} says, {@link
 * io.mla4j.cli.option.JsonOption} writes figures, {@link io.mla4j.cli.option.DataOptions} says how
 * a data file is read, {@link io.mla4j.cli.option.CommandFiles} keeps outputs off other files.
 */
@NullMarked
package io.mla4j.cli.option;

import org.jspecify.annotations.NullMarked;
