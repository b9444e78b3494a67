/**
 * {@code inspect}: what a model is made of, read from its files alone. {@code ModelFacts} is what
 * is found, {@code ParameterGroup} a row of its table, {@code AttentionWords} the attention in
 * words, {@code ModelText} what people see.
 */
@NullMarked
package io.mla4j.cli.inspect;

import org.jspecify.annotations.NullMarked;
