package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Whether there is a tensor of this name. */
  boolean contains(String name);

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

  /**
   * A tensor's elements in place, for an engine that takes them without a copy; empty where it
   * cannot, because the file's type is none that engines compute in, or the elements are not
   * aligned to their own size. Then {@link #read(String, Engine)} copies.
   *
   * <p>The segment is the mapped file itself: read-only, brought in by the system page by page, and
   * shared with every process that maps the file. It lives in the arena that {@link #close} closes,
   * so this must stay open as long as any tensor over it: close the model first. From Java a later
   * access is refused; native code that kept the address would end the process.
   */
  default Optional<MemorySegment> mapped(String name) {
    MemorySegment bytes = bytes(name);
    return entry(name)
        .type()
        .dtype()
        .filter(dtype -> bytes.address() % dtype.bytes() == 0)
        .map(dtype -> bytes);
  }

  /**
   * Copies a tensor onto an engine: in the type it has in the file, where engines have it, and else
   * converted to {@link FileType#computed}.
   *
   * @throws CheckpointException if the type is read by no engine, or a number of U64 is over 2^63 -
   *     1
   */
  default Tensor read(String name, Engine engine) {
    return new TensorReader(this, name).read(engine);
  }

  /**
   * Copies a tensor onto an engine in a type of one's choice. Floating-point numbers are rounded to
   * the nearest, by way of float32; whole numbers must be in the range of a whole type, or become
   * FLOAT32 or FLOAT64. Scales that stand beside a tensor are not looked at: see {@link
   * BlockScaled}.
   *
   * @throws CheckpointException if the file's type does not become that one, or a number is out of
   *     range
   */
  default Tensor read(String name, Engine engine, DType dtype) {
    return new TensorReader(this, name).read(engine, dtype);
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
