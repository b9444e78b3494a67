/**
 * The {@code mla4j} command: {@link io.mla4j.cli.Main} starts it and turns every failure into one
 * sentence. Each subcommand has a package of its own; what they share is in {@code console}
 * (output), {@code option} (options) and {@code text} (texts that come in).
 *
 * <p>Nothing here names an engine's classes: engines are found on the class path, so that the
 * program runs without libtorch.
 */
@NullMarked
package io.mla4j.cli;

import org.jspecify.annotations.NullMarked;
