package io.mla4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One safetensors file, mapped into memory. The header is validated completely before the file
 * opens, so that every tensor it names can be read.
 *
 * <p>The file must not be shortened while it is open. Replacing it, as {@link SafetensorsWriter}
 * does, is harmless: an open file keeps the old contents.
 */
public final class SafetensorsFile implements Safetensors {

  private final Path path;
  private final Arena arena;
  private final MemorySegment data;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, Arena arena, MemorySegment all, SafetensorsHeader header) {
    this.path = path;
    this.arena = arena;
    this.header = header;
    this.data = all.asSlice(header.dataStart());
  }

  /**
   * Maps and validates a file.
   *
   * @throws CheckpointException if the file is missing or damaged
   */
  public static SafetensorsFile open(Path path) {
    requireLittleEndian();
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException("The safetensors file " + path + " does not exist.");
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment all = map(path, arena);
      return new SafetensorsFile(path, arena, all, HeaderParser.parse(path, all));
    } catch (RuntimeException failure) {
      arena.close();
      throw failure;
    }
  }

  private static MemorySegment map(Path path, Arena arena) {
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not read " + path + ": " + failure + ".", failure);
    }
  }

  private static void requireLittleEndian() {
    // The format is little-endian and tensors take the machine's order.
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("Safetensors files need a little-endian machine.");
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<String> names() {
    return List.copyOf(header.entries().keySet());
  }

  @Override
  public TensorEntry entry(String name) {
    TensorEntry entry = header.entries().get(name);
    if (entry == null) {
      throw new CheckpointException("The file " + path + " holds no tensor '" + name + "'.");
    }
    return entry;
  }

  @Override
  public boolean contains(String name) {
    return header.entries().containsKey(name);
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public MemorySegment bytes(String name) {
    TensorEntry entry = entry(name);
    return data.asSlice(entry.begin(), entry.bytes());
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
