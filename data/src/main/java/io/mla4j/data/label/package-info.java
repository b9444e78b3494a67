/**
 * Classes: {@link io.mla4j.data.label.LabelSet} turns their names into numbers and back, {@link
 * io.mla4j.data.label.HeldOut} sets some examples of each aside.
 */
@NullMarked
package io.mla4j.data.label;

import org.jspecify.annotations.NullMarked;
