package io.mla4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays tensors out one after the other and describes them in a safetensors header. */
final class HeaderWriter {

  private static final int ALIGNMENT = 8;

  private HeaderWriter() {}

  /** The header with its length in front; the data that follows starts at a multiple of 8 bytes. */
  static byte[] bytes(Path file, Map<String, TensorSource> tensors, Map<String, String> metadata) {
    ByteBuffer text = utf8(file, json(tensors, metadata).toString());
    int padded = Math.ceilDiv(text.remaining(), ALIGNMENT) * ALIGNMENT;
    if (padded > SafetensorsHeader.MAX_BYTES) {
      throw new CheckpointException(
          "The header of %s would have %d bytes, and at most %d are allowed; use fewer tensors or less metadata."
              .formatted(file, padded, SafetensorsHeader.MAX_BYTES));
    }
    ByteBuffer header =
        ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + padded)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded)
            .put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.array();
  }

  private static ObjectNode json(Map<String, TensorSource> tensors, Map<String, String> metadata) {
    ObjectNode header = CheckpointJson.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject(SafetensorsHeader.METADATA);
      metadata.forEach(texts::put);
    }
    long begin = 0;
    for (Map.Entry<String, TensorSource> entry : tensors.entrySet()) {
      requireTensorName(entry.getKey());
      long end = Math.addExact(begin, entry.getValue().bytes());
      describe(header.putObject(entry.getKey()), entry.getValue(), begin, end);
      begin = end;
    }
    return header;
  }

  private static void describe(ObjectNode node, TensorSource source, long begin, long end) {
    node.put("dtype", source.type().code());
    ArrayNode shape = node.putArray("shape");
    for (long extent : source.shape().toArray()) {
      shape.add(extent);
    }
    node.putArray("data_offsets").add(begin).add(end);
  }

  private static void requireTensorName(String name) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new CheckpointException(
          "A tensor cannot be named '" + name + "': safetensors files keep their metadata there.");
    }
  }

  private static ByteBuffer utf8(Path file, String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException failure) {
      throw new CheckpointException(
          "A name or metadata text for " + file + " is not valid Unicode.", failure);
    }
  }
}
