package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A tensor to be written: its type, its shape, and where its bytes come from at the moment they are
 * written.
 *
 * @param contents yields the elements row by row, little-endian; what it allocates belongs to the
 *     arena it is given
 */
public record TensorSource(FileType type, Shape shape, Function<Arena, MemorySegment> contents) {

  private static final long ALIGNMENT = 64;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the elements of a packed type do not fill whole bytes
   */
  public TensorSource {
    long unused = type.bytes(shape);
  }

  /** A tensor of an engine; it must stay open until it is written. */
  public static TensorSource of(Tensor tensor) {
    FileType type = FileType.of(tensor.dtype());
    return new TensorSource(type, tensor.shape(), arena -> copy(tensor, arena));
  }

  /** Elements that lie in memory already. */
  public static TensorSource of(DType dtype, Shape shape, MemorySegment bytes) {
    return of(FileType.of(dtype), shape, bytes);
  }

  /** Elements of any type that lie in memory already, such as those of another file. */
  public static TensorSource of(FileType type, Shape shape, MemorySegment bytes) {
    return new TensorSource(type, shape, arena -> bytes.isNative() ? bytes : copy(bytes, arena));
  }

  /** Tensors of an engine by name, in the same order. */
  public static Map<String, TensorSource> of(Map<String, Tensor> tensors) {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> sources.put(name, of(tensor)));
    return sources;
  }

  /** Bytes of all elements. */
  public long bytes() {
    return type.bytes(shape);
  }

  private static MemorySegment copy(MemorySegment bytes, Arena arena) {
    return arena.allocate(bytes.byteSize(), ALIGNMENT).copyFrom(bytes);
  }

  private static MemorySegment copy(Tensor tensor, Arena arena) {
    long bytes = Math.multiplyExact(tensor.shape().size(), tensor.dtype().bytes());
    MemorySegment copy = arena.allocate(bytes, ALIGNMENT);
    tensor.copyTo(copy);
    return copy;
  }
}
