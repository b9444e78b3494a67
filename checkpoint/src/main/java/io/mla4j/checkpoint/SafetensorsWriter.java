package io.mla4j.checkpoint;

import io.mla4j.files.AtomicFile;
import io.mla4j.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes safetensors files, whole or not at all. Tensors are ordered as the reference library
 * orders them: the widest types first, then by name, so that every tensor is aligned to its type.
 */
public final class SafetensorsWriter {

  private static final Comparator<Map.Entry<String, TensorSource>> FILE_ORDER =
      Comparator.comparing(
              (Map.Entry<String, TensorSource> entry) -> entry.getValue().type(),
              Comparator.reverseOrder())
          .thenComparing(
              entry -> entry.getKey().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  // A direct buffer holds less than 2 GiB, and a tensor may hold more.
  private static final long CHUNK_BYTES = 1L << 26;

  private SafetensorsWriter() {}

  /**
   * Writes tensors of an engine. Beside the tensors, memory for one copy of the largest is needed.
   *
   * @throws java.io.UncheckedIOException naming the file, if it cannot be written; then it is
   *     unchanged
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    writeSources(file, TensorSource.of(tensors), metadata);
  }

  /** Writes tensors from wherever their bytes lie. */
  public static void writeSources(
      Path file, Map<String, TensorSource> tensors, Map<String, String> metadata) {
    Map<String, TensorSource> ordered = ordered(tensors);
    byte[] header = HeaderWriter.bytes(file, ordered, metadata);
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, ByteBuffer.wrap(header));
          for (Map.Entry<String, TensorSource> entry : ordered.entrySet()) {
            writeTensor(channel, entry.getKey(), entry.getValue());
          }
        });
  }

  private static Map<String, TensorSource> ordered(Map<String, TensorSource> tensors) {
    Map<String, TensorSource> ordered = new LinkedHashMap<>();
    tensors.entrySet().stream()
        .sorted(FILE_ORDER)
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return ordered;
  }

  private static void writeTensor(FileChannel channel, String name, TensorSource source)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = source.contents().apply(arena);
      if (bytes.byteSize() != source.bytes()) {
        throw new CheckpointException(
            "The tensor '%s' comes with %d bytes, and %s of shape %s has %d."
                .formatted(name, bytes.byteSize(), source.type(), source.shape(), source.bytes()));
      }
      for (long start = 0; start < bytes.byteSize(); start += CHUNK_BYTES) {
        long length = Math.min(CHUNK_BYTES, bytes.byteSize() - start);
        writeFully(channel, bytes.asSlice(start, length).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
