/** {@code mla4j generate}: text from a causal language model. */
@NullMarked
package io.mla4j.cli.generate;

import org.jspecify.annotations.NullMarked;
