/**
 * Functions of elements, of rows and of positions: {@link io.mla4j.kernels.row.Elementwise}, {@link
 * io.mla4j.kernels.row.Rows} (sums, softmax, norms), {@link io.mla4j.kernels.row.Rotary}.
 */
@NullMarked
package io.mla4j.kernels.row;

import org.jspecify.annotations.NullMarked;
