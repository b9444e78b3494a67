/**
 * Texts that come in from arguments, files or standard input, one after another: {@link
 * io.mla4j.cli.text.TextInput} opens them.
 */
@NullMarked
package io.mla4j.cli.text;

import org.jspecify.annotations.NullMarked;
