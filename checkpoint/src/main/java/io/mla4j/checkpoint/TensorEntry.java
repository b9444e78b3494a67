package io.mla4j.checkpoint;

import io.mla4j.tensor.Shape;

/**
 * What a safetensors header says about one tensor.
 *
 * @param shape extents in elements, also of types that are packed
 * @param begin the tensor's first byte, counted from the start of the file's data
 * @param end the byte after its last one
 */
public record TensorEntry(String name, FileType type, Shape shape, long begin, long end) {

  /** Bytes of the tensor's elements. */
  public long bytes() {
    return end - begin;
  }
}
