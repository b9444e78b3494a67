/**
 * From a recipe to a trained model in a run folder, at the terminal: {@link
 * io.mla4j.cli.train.TrainCommand} reads the recipe, {@code WatchedRun} lets Ctrl-C stop what
 * {@link io.mla4j.tasks.run} does, {@link io.mla4j.cli.train.ConsoleListener} shows it, {@code
 * Summary} is what is said at the end.
 */
@NullMarked
package io.mla4j.cli.train;

import org.jspecify.annotations.NullMarked;
