package io.mla4j.checkpoint;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Named tensors on disk, in one file or in several. Elements are read when asked for. The format:
 * <a href="https://github.com/huggingface/safetensors">huggingface/safetensors</a>.
 */
public sealed interface Safetensors extends AutoCloseable
    permits SafetensorsFile, ShardedSafetensors {

  /**
   * Opens a safetensors file, an index of shards, or the folder that holds either.
   *
   * @throws CheckpointException if nothing of the kind is there or it is damaged
   */
  static Safetensors open(Path path) {
    if (!Files.isDirectory(path)) {
      return path.getFileName().toString().endsWith(".json")
          ? ShardedSafetensors.open(path)
          : SafetensorsFile.open(path);
    }
    Path whole = path.resolve(ModelFolder.WEIGHTS);
    Path index = path.resolve(ModelFolder.WEIGHTS_INDEX);
    if (!Files.exists(whole) && Files.exists(index)) {
      return ShardedSafetensors.open(index);
    }
    if (!Files.exists(whole)) {
      throw new CheckpointException(
          "The folder %s holds no weights: neither %s nor %s is there."
              .formatted(path, ModelFolder.WEIGHTS, ModelFolder.WEIGHTS_INDEX));
    }
    return SafetensorsFile.open(whole);
  }

  /** The file, or the index of the shards. */
  Path path();

  /** The tensors' names, in the order of the file. */
  List<String> names();

  /**
   * What the header says about a tensor.
   *
   * @throws CheckpointException if there is none of this name
   */
  TensorEntry entry(String name);

  /** Free text stored beside the tensors. */
  Map<String, String> metadata();

  /**
   * A tensor's elements in place, read-only and little-endian; valid until this is closed. The
   * address has whatever alignment the file gives it.
   */
  MemorySegment bytes(String name);

  /** Copies a tensor onto an engine, in the type and shape it has in the file. */
  default Tensor read(String name, Engine engine) {
    TensorEntry entry = entry(name);
    return engine.ofBytes(bytes(name), entry.dtype(), entry.shape().toArray());
  }

  /**
   * Checks that exactly these tensors are here, in these shapes.
   *
   * @throws CheckpointException in one sentence that names the first few which are missing,
   *     unexpected or of another shape
   */
  default void requireExactly(Map<String, Shape> expected) {
    TensorMismatch.between(expected, this).ifPresent(TensorMismatch::raise);
  }

  /** Releases the files; segments obtained from {@link #bytes} can no longer be used. */
  @Override
  void close();
}
