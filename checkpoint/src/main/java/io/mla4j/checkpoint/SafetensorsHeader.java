package io.mla4j.checkpoint;

import java.util.Map;

/**
 * The start of a safetensors file: eight bytes with the length of a JSON text, then that text.
 *
 * @param entries the tensors by name, in the order of the header
 * @param metadata free text stored beside them
 * @param dataStart the byte of the file at which the tensors' elements begin
 */
record SafetensorsHeader(
    Map<String, TensorEntry> entries, Map<String, String> metadata, long dataStart) {

  /** Bytes of the length that comes first. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** The longest header the format allows, in bytes. */
  static final long MAX_BYTES = 100_000_000;

  /** The header's key that holds text and no tensor. */
  static final String METADATA = "__metadata__";
}
