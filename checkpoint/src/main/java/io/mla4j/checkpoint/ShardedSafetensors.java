package io.mla4j.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors spread over several safetensors files by an index. The index decides: a tensor in a shard
 * that it does not name is not seen.
 */
public final class ShardedSafetensors implements Safetensors {

  private final Path index;
  private final Map<String, SafetensorsFile> shards;
  private final Map<String, SafetensorsFile> fileOf;

  private ShardedSafetensors(
      Path index, Map<String, SafetensorsFile> shards, Map<String, SafetensorsFile> fileOf) {
    this.index = index;
    this.shards = shards;
    this.fileOf = fileOf;
  }

  /**
   * Opens all shards of an index.
   *
   * @throws CheckpointException if the index or a shard is missing or damaged, or they disagree
   */
  public static ShardedSafetensors open(Path index) {
    if (!Files.isRegularFile(index)) {
      throw new CheckpointException("The index " + index + " does not exist.");
    }
    ShardIndex contents = ShardIndex.read(index);
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    try {
      Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
      contents
          .shards()
          .forEach(
              (tensor, name) -> {
                SafetensorsFile shard = shards.computeIfAbsent(name, n -> openShard(index, n));
                requireTensor(index, shard, tensor);
                fileOf.put(tensor, shard);
              });
      return new ShardedSafetensors(index, shards, fileOf);
    } catch (RuntimeException failure) {
      shards.values().forEach(SafetensorsFile::close);
      throw failure;
    }
  }

  private static SafetensorsFile openShard(Path index, String name) {
    Path shard = index.resolveSibling(name);
    if (!Files.isRegularFile(shard)) {
      throw new CheckpointException(
          "The index %s names the shard %s, which is not beside it.".formatted(index, name));
    }
    return SafetensorsFile.open(shard);
  }

  private static void requireTensor(Path index, SafetensorsFile shard, String tensor) {
    if (!shard.contains(tensor)) {
      throw new CheckpointException(
          "The index %s places the tensor '%s' in %s, which does not hold it."
              .formatted(index, tensor, shard.path().getFileName()));
    }
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public List<String> names() {
    return List.copyOf(fileOf.keySet());
  }

  @Override
  public boolean contains(String name) {
    return fileOf.containsKey(name);
  }

  @Override
  public TensorEntry entry(String name) {
    return shardOf(name).entry(name);
  }

  /** The texts of all shards; where two disagree, the one of the earlier shard. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> all = new LinkedHashMap<>();
    shards.values().forEach(shard -> shard.metadata().forEach(all::putIfAbsent));
    return Collections.unmodifiableMap(all);
  }

  @Override
  public MemorySegment bytes(String name) {
    return shardOf(name).bytes(name);
  }

  private SafetensorsFile shardOf(String name) {
    SafetensorsFile shard = fileOf.get(name);
    if (shard == null) {
      throw new CheckpointException("The index " + index + " names no tensor '" + name + "'.");
    }
    return shard;
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
