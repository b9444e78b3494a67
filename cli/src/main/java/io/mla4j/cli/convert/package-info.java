/**
 * {@code mla4j convert}: models of other programs as folders in Hugging Face's layout, which every
 * command here and transformers open.
 */
@NullMarked
package io.mla4j.cli.convert;

import org.jspecify.annotations.NullMarked;
