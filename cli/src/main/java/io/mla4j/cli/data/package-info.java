/** {@code data list} and {@code data get}: public data sets in {@code datasets/}. */
@NullMarked
package io.mla4j.cli.data;

import org.jspecify.annotations.NullMarked;
