/** {@code mla4j score}: what a causal language model thinks of given tokens. */
@NullMarked
package io.mla4j.cli.score;

import org.jspecify.annotations.NullMarked;
