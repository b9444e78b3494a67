package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies tensors of a file onto an engine, converted where the engine has no such type. */
final class TensorReader {

  private static final long ALIGNMENT = 64;

  private final Safetensors file;
  private final TensorEntry entry;

  TensorReader(Safetensors file, String name) {
    this.file = file;
    this.entry = file.entry(name);
  }

  Tensor read(Engine engine) {
    return read(
        engine,
        entry
            .type()
            .computed()
            .orElseThrow(() -> unreadable("is of a type that no engine computes in")));
  }

  Tensor read(Engine engine, DType dtype) {
    MemorySegment bytes = file.bytes(entry.name());
    if (entry.type().dtype().filter(dtype::equals).isPresent()) {
      return engine.ofBytes(bytes, dtype, entry.shape().toArray());
    }
    Conversion conversion = new Conversion(entry.type(), dtype);
    if (!conversion.exists()) {
      throw unreadable("cannot be read as " + dtype);
    }
    try (Arena arena = Arena.ofConfined()) {
      return engine.ofBytes(converted(conversion, bytes, arena), dtype, entry.shape().toArray());
    }
  }

  private MemorySegment converted(Conversion conversion, MemorySegment bytes, Arena arena) {
    long count = entry.shape().size();
    long size = Math.multiplyExact(count, conversion.to().bytes());
    MemorySegment converted = arena.allocate(size, ALIGNMENT);
    try {
      conversion.apply(bytes, converted, count);
    } catch (ArithmeticException outOfRange) {
      throw unreadable(
          "cannot be read as %s: it holds %s".formatted(conversion.to(), outOfRange.getMessage()));
    }
    return converted;
  }

  private CheckpointException unreadable(String problem) {
    return new CheckpointException(
        "The tensor '%s' of %s holds %s and %s."
            .formatted(entry.name(), file.path(), entry.type(), problem));
  }
}
