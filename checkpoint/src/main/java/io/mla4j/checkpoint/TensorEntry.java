package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;

/**
 * What a safetensors header says about one tensor.
 *
 * @param begin the tensor's first byte, counted from the start of the file's data
 * @param end the byte after its last one
 */
public record TensorEntry(String name, DType dtype, Shape shape, long begin, long end) {

  /** Bytes of the tensor's elements. */
  public long bytes() {
    return end - begin;
  }
}
