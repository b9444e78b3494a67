package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockScaledTest {

  private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};

  @TempDir Path folder;

  @Test
  void decodesWhatTorchDecodes() throws IOException {
    Path golden = folder.resolve("types.safetensors");
    try (InputStream stream = getClass().getResourceAsStream("/golden/types.safetensors")) {
      Files.copy(stream, golden);
    }
    try (Safetensors file = Safetensors.open(golden)) {
      assertTrue(BlockScaled.isScaled(file, "block.weight"));
      assertFalse(BlockScaled.isScaled(file, "block.f32"));
      BlockScaled matrix = BlockScaled.of(file, "block.weight", 128, 128);
      assertEquals(131, matrix.rows());
      assertEquals(137, matrix.columns());
      Tensor whole = matrix.read(EngineDouble.engine(), DType.FLOAT32);
      assertEquals(Shape.of(131, 137), whole.shape());
      assertArrayEquals(bytes(file.bytes("block.f32")), bytes(contents(whole)));
      Tensor narrow = matrix.read(EngineDouble.engine(), DType.BF16);
      assertArrayEquals(bytes(file.bytes("block.bf16")), bytes(contents(narrow)));
      rowsAreDecodedByThemselves(matrix, file.bytes("block.f32"));
    }
  }

  private static void rowsAreDecodedByThemselves(BlockScaled matrix, MemorySegment expected) {
    try (Arena arena = Arena.ofConfined()) {
      for (long first = 0; first < 131; first += 5) {
        long rows = Math.min(5, 131 - first);
        MemorySegment some = arena.allocate(rows * 137 * 4);
        matrix.decode(first, rows, DType.FLOAT32, some);
        assertArrayEquals(bytes(expected.asSlice(first * 137 * 4, rows * 137 * 4)), bytes(some));
      }
      MemorySegment one = arena.allocate(137 * 4);
      assertThrows(IllegalArgumentException.class, () -> matrix.decode(131, 1, DType.FLOAT32, one));
      assertThrows(IllegalArgumentException.class, () -> matrix.decode(-1, 1, DType.FLOAT32, one));
      assertThrows(IllegalArgumentException.class, () -> matrix.decode(0, 2, DType.FLOAT32, one));
      assertThrows(IllegalArgumentException.class, () -> matrix.decode(0, 1, DType.INT32, one));
    }
  }

  /** Against the definition, element by element, in double; products of these are exact. */
  @ParameterizedTest
  @CsvSource({"F4, F8_E8M0", "U8, U8", "I8, U8"})
  void mxfp4IsValueTimesPowerOfTwo(FileType packed, FileType exponents) {
    int rows = 7;
    int blocks = 3;
    Random random = new Random(4);
    byte[] values = new byte[rows * blocks * 16];
    random.nextBytes(values);
    byte[] scales = new byte[rows * blocks];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (byte) (100 + random.nextInt(60));
    }
    long[] shape =
        packed == FileType.F4 ? new long[] {rows, blocks * 32} : new long[] {rows, blocks, 16};
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    sources.put("blocks", Sources.bytes(packed, values, shape));
    sources.put("scales", Sources.bytes(exponents, scales, rows, blocks));
    try (Safetensors file = written(sources)) {
      BlockScaled matrix = BlockScaled.mxfp4(file, "blocks", "scales");
      assertEquals(rows, matrix.rows());
      assertEquals(blocks * 32, matrix.columns());
      MemorySegment read = contents(matrix.read(EngineDouble.engine(), DType.FLOAT32));
      for (int i = 0; i < rows * blocks * 32; i++) {
        int code = values[i / 2] >> (i % 2 == 0 ? 0 : 4) & 15;
        double value = E2M1[code & 7] * Math.pow(2, (scales[i / 32] & 255) - 127);
        assertEquals(
            code < 8 ? value : -value, read.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "F8_E4M3 | 130 x 3 | F32 | 1 x 1 | where 'w' needs a floating-point type and [2, 1].",
        "F8_E4M3 | 130 x 3 | F32 | 1 x 2 | where 'w' needs a floating-point type and [2, 1].",
        "F8_E4M3 | 130 x 3 | I32 | 2 x 1 | where 'w' needs a floating-point type and [2, 1].",
        "I8 | 130 x 3 | F32 | 2 x 1 | 'w' of I8 [130, 3], which is no matrix",
        "F8_E4M3 | 390 | F32 | 4 | 'w' of F8_E4M3 [390], which is no matrix",
      })
  void whatDoesNotFitIsNamed(
      FileType type, String shape, FileType scaleType, String scaleShape, String problem) {
    Map<String, TensorSource> sources =
        Map.of("w", blank(type, shape), "w_scale_inv", blank(scaleType, scaleShape));
    try (Safetensors file = written(sources)) {
      String message =
          assertThrows(CheckpointException.class, () -> BlockScaled.of(file, "w", 128, 128))
              .getMessage();
      assertTrue(message.contains(problem), message);
      assertTrue(message.contains(file.path().toString()) && message.endsWith("."), message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F4, 2 x 64, F8_E8M0, 2 x 1",
    "F4, 2 x 64, F32, 2 x 2",
    "F8_E4M3, 2 x 32, F8_E8M0, 2 x 2",
    "U8, 2 x 33, U8, 2 x 2",
  })
  void whatIsNoMxfp4IsNamed(FileType type, String shape, FileType scaleType, String scaleShape) {
    Map<String, TensorSource> sources =
        Map.of("w", blank(type, shape), "s", blank(scaleType, scaleShape));
    try (Safetensors file = written(sources)) {
      String message =
          assertThrows(CheckpointException.class, () -> BlockScaled.mxfp4(file, "w", "s"))
              .getMessage();
      assertTrue(message.contains("no MXFP4 values"), message);
    }
  }

  @Test
  void aMatrixWithoutScalesIsNamed() {
    try (Safetensors file = written(Map.of("w", blank(FileType.F8_E4M3, "2 x 2")))) {
      String message =
          assertThrows(CheckpointException.class, () -> BlockScaled.of(file, "w", 128, 128))
              .getMessage();
      assertTrue(message.contains("no tensor 'w_scale_inv'"), message);
      assertThrows(IllegalArgumentException.class, () -> BlockScaled.of(file, "w", 0, 128));
    }
  }

  private static TensorSource blank(FileType type, String shape) {
    long[] extents =
        java.util.Arrays.stream(shape.split(" x ")).mapToLong(Long::parseLong).toArray();
    return Sources.bytes(type, new byte[(int) type.bytes(Shape.of(extents))], extents);
  }

  private Safetensors written(Map<String, TensorSource> sources) {
    Path path = folder.resolve("scaled.safetensors");
    SafetensorsWriter.writeSources(path, sources, Map.of());
    return Safetensors.open(path);
  }

  private static MemorySegment contents(Tensor tensor) {
    long size = tensor.shape().size() * tensor.dtype().bytes();
    MemorySegment contents = Arena.ofAuto().allocate(size);
    tensor.copyTo(contents);
    return contents;
  }

  private static byte[] bytes(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }
}
