package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What is added to each row or to each column of a product.
 *
 * @param memory one float32 element a column (or row), from offset 0; empty for none
 * @param alongColumns whether the columns have one each, rather than the rows
 */
record Bias(Optional<MemorySegment> memory, boolean alongColumns) {

  float at(long row, long column) {
    return memory.isEmpty() ? 0 : Floats.get(memory.get(), alongColumns ? column : row);
  }

  Bias transposed() {
    return new Bias(memory, !alongColumns);
  }
}
