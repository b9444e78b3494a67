package io.mla4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a model's tensors as one file, or, above a size, as several with an index. Each file is
 * written whole or not at all. New shards never take the names of old ones, and the index comes
 * last: whatever kills the program leaves the old model or the new one.
 */
final class ShardedWriter {

  private static final Pattern SHARD =
      Pattern.compile("model(\\.2)?-\\d{5}-of-\\d{5}\\.safetensors");

  private ShardedWriter() {}

  /**
   * Writes into a folder and removes files of the other layout from it.
   *
   * @param shardBytes the most bytes of tensors in one file; a larger tensor has a file to itself
   */
  static void write(
      Path folder,
      Map<String, TensorSource> tensors,
      Map<String, String> metadata,
      long shardBytes) {
    if (shardBytes < 1) {
      throw new IllegalArgumentException("A shard holds 1 byte or more, not " + shardBytes + ".");
    }
    List<Map<String, TensorSource>> shards = split(tensors, shardBytes);
    if (shards.size() == 1) {
      SafetensorsWriter.writeSources(
          folder.resolve(ModelFolder.WEIGHTS), shards.getFirst(), metadata);
      delete(folder.resolve(ModelFolder.WEIGHTS_INDEX));
      deleteShardsExcept(folder, List.of());
    } else {
      writeShards(folder, shards, metadata);
    }
  }

  private static List<Map<String, TensorSource>> split(
      Map<String, TensorSource> tensors, long shardBytes) {
    List<Map<String, TensorSource>> shards = new ArrayList<>(List.of(new LinkedHashMap<>()));
    long filled = 0;
    for (Map.Entry<String, TensorSource> entry : tensors.entrySet()) {
      long bytes = entry.getValue().bytes();
      if (!shards.getLast().isEmpty() && bytes > shardBytes - filled) {
        shards.add(new LinkedHashMap<>());
        filled = 0;
      }
      shards.getLast().put(entry.getKey(), entry.getValue());
      filled = Math.addExact(filled, bytes);
    }
    return shards;
  }

  private static void writeShards(
      Path folder, List<Map<String, TensorSource>> shards, Map<String, String> metadata) {
    String stem = freeStem(folder);
    Map<String, String> shardOf = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    long total = 0;
    for (Map<String, TensorSource> shard : shards) {
      String name =
          stem
              + String.format(
                  Locale.ROOT, "-%05d-of-%05d.safetensors", names.size() + 1, shards.size());
      names.add(name);
      SafetensorsWriter.writeSources(folder.resolve(name), shard, metadata);
      shard.keySet().forEach(tensor -> shardOf.put(tensor, name));
      total += shard.values().stream().mapToLong(TensorSource::bytes).sum();
    }
    new ShardIndex(total, shardOf).write(folder.resolve(ModelFolder.WEIGHTS_INDEX));
    delete(folder.resolve(ModelFolder.WEIGHTS));
    deleteShardsExcept(folder, names);
  }

  /** The usual name, or another one while the folder's index points to shards of that name. */
  private static String freeStem(Path folder) {
    Path index = folder.resolve(ModelFolder.WEIGHTS_INDEX);
    if (!Files.exists(index)) {
      return "model";
    }
    try {
      return ShardIndex.read(index).shards().values().stream().anyMatch(n -> n.startsWith("model-"))
          ? "model.2"
          : "model";
    } catch (CheckpointException damaged) {
      return "model"; // it points nowhere, so there is no old model to keep
    }
  }

  private static void deleteShardsExcept(Path folder, List<String> kept) {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> SHARD.matcher(file.getFileName().toString()).matches())
          .filter(file -> !kept.contains(file.getFileName().toString()))
          .forEach(ShardedWriter::delete);
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not list " + folder + ": " + failure + ".", failure);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not remove " + file + ": " + failure + ".", failure);
    }
  }
}
