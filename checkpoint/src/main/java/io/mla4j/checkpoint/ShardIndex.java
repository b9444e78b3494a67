package io.mla4j.checkpoint;

import io.mla4j.files.AtomicFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The contents of {@code model.safetensors.index.json}.
 *
 * @param totalBytes bytes of all tensors
 * @param shards the name of the file that holds each tensor, by the tensor's name
 */
record ShardIndex(long totalBytes, Map<String, String> shards) {

  private static final String WEIGHT_MAP = "weight_map";

  static ShardIndex read(Path path) {
    ObjectNode json = CheckpointJson.readObject(path);
    JsonNode map = json.path(WEIGHT_MAP);
    if (!map.isObject() || map.isEmpty()) {
      throw new CheckpointException("The index " + path + " names no tensors in weight_map.");
    }
    Map<String, String> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      shards.put(entry.getKey(), shardName(path, entry.getKey(), entry.getValue()));
    }
    return new ShardIndex(json.path("metadata").path("total_size").asLong(0), shards);
  }

  /** A shard lies beside its index: anything but a plain file name could lead out of the folder. */
  private static String shardName(Path path, String tensor, JsonNode node) {
    String name = node.isString() ? node.stringValue() : "";
    boolean plain = name.matches("[^/\\\\:\\p{Cntrl}]+") && !name.equals(".") && !name.equals("..");
    if (!plain) {
      throw new CheckpointException(
          "The index %s places the tensor '%s' in %s, which is no file name in its own folder."
              .formatted(path, tensor, node));
    }
    return name;
  }

  void write(Path path) {
    ObjectNode json = CheckpointJson.MAPPER.createObjectNode();
    json.putObject("metadata").put("total_size", totalBytes);
    ObjectNode map = json.putObject(WEIGHT_MAP);
    shards.forEach(map::put);
    AtomicFile.writeString(path, json.toPrettyString() + "\n");
  }
}
