/**
 * What a command says: {@link io.mla4j.cli.console.Console} is where it writes, {@link
 * io.mla4j.cli.console.Table} and {@link io.mla4j.cli.console.Facts} line things up, {@link
 * io.mla4j.cli.console.Quantity} gives numbers their units, and {@link
 * io.mla4j.cli.console.Progress} shows how far a long step is.
 */
@NullMarked
package io.mla4j.cli.console;

import org.jspecify.annotations.NullMarked;
