package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors and file bytes for tests, without an engine. */
final class Sources {

  private Sources() {}

  static TensorSource floats(float[] values, long... shape) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return bytes(DType.FLOAT32, buffer.array(), shape);
  }

  static TensorSource longs(long[] values, long... shape) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return bytes(DType.INT64, buffer.array(), shape);
  }

  static TensorSource bytes(FileType type, byte[] values, long... shape) {
    return TensorSource.of(type, Shape.of(shape), MemorySegment.ofArray(values));
  }

  static TensorSource bytes(DType dtype, byte[] values, long... shape) {
    return TensorSource.of(dtype, Shape.of(shape), MemorySegment.ofArray(values));
  }

  /** A tensor of random-looking bytes that depend on the seed. */
  static TensorSource pattern(int bytes, int seed) {
    byte[] values = new byte[bytes];
    new java.util.Random(seed).nextBytes(values);
    return bytes(DType.INT8, values, bytes);
  }

  /** A tensor like another one, which cannot be read when its turn comes. */
  static TensorSource broken(TensorSource like) {
    return new TensorSource(
        like.type(),
        like.shape(),
        arena -> {
          throw new IllegalStateException("as if the program were killed here");
        });
  }

  static byte[] contents(TensorSource source) {
    try (Arena arena = Arena.ofConfined()) {
      return source.contents().apply(arena).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }
  }

  /** The bytes of a safetensors file with this header, written as it stands, and this data. */
  static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  /** One small tensor of every type. */
  static Map<String, TensorSource> oneOfEach() {
    Map<String, TensorSource> all = new LinkedHashMap<>();
    for (FileType type : FileType.values()) {
      int elements = type.bits() < 8 ? 4 : 3;
      byte[] values = new byte[elements * type.bits() / 8];
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) (type == FileType.BOOL ? i % 2 : 17 * i + type.ordinal());
      }
      all.put("layer." + type.code(), bytes(type, values, elements));
    }
    return all;
  }
}
