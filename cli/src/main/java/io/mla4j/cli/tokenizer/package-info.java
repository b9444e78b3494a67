/** {@code tokenizer train} and {@code tokenizer show}: vocabularies and what they make of texts. */
@NullMarked
package io.mla4j.cli.tokenizer;

import org.jspecify.annotations.NullMarked;
