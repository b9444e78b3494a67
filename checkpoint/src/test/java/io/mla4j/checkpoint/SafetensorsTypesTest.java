package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types that no engine computes in, against a file of the reference library and torch's values. */
class SafetensorsTypesTest {

  private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3};

  @TempDir Path folder;
  private SafetensorsFile file;

  @BeforeEach
  void open() throws IOException {
    Path golden = folder.resolve("types.safetensors");
    try (InputStream stream = getClass().getResourceAsStream("/golden/types.safetensors")) {
      Files.copy(stream, golden);
    }
    file = SafetensorsFile.open(golden);
  }

  @AfterEach
  void close() {
    file.close();
  }

  @Test
  void writesTheSameBytesAsPython() throws IOException {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    for (String name : file.names().reversed()) {
      TensorEntry entry = file.entry(name);
      sources.put(name, TensorSource.of(entry.type(), entry.shape(), file.bytes(name)));
    }
    Path rewritten = folder.resolve("java.safetensors");
    SafetensorsWriter.writeSources(rewritten, sources, file.metadata());
    assertArrayEquals(Files.readAllBytes(file.path()), Files.readAllBytes(rewritten));
  }

  @ParameterizedTest
  @ValueSource(strings = {"F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"})
  void everyCodeIsWhatTorchReads(String type) {
    float[] expected = floats(file.bytes(type + ".f32"));
    assertEquals(256, expected.length);
    assertSameFloats(expected, floats(read(type, DType.FLOAT32)));
    assertSameFloats(expected, bf16(read(type, DType.BF16)));
    Tensor plain = file.read(type, EngineDouble.engine());
    assertEquals(DType.FLOAT32, plain.dtype());
    assertSameFloats(expected, floats(bytes(plain)));
  }

  @Test
  void fourBitsAreReadLowerHalfFirst() {
    assertEquals(Shape.of(16, 16), file.entry("F4").shape());
    float[] read = floats(read("F4", DType.FLOAT32));
    byte[] packed = file.bytes("F4").toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < read.length; i++) {
      int code = packed[i / 2] >> (i % 2 == 0 ? 0 : 4) & 15;
      float expected = code < E2M1.length ? E2M1[code] : code == 14 ? -4 : -6;
      assertEquals(expected, read[i], "element " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "I16, INT32, -32768 32767 5",
    "U8, INT32, 250 251 252 253 254 255",
    "U8, FLOAT32, 250 251 252 253 254 255",
    "U16, INT32, 0 65535 5",
    "U32, INT64, 0 4294967295 5",
    "U64, INT64, 0 9223372036854775807 5",
    "I64, FLOAT64, 1099511627776",
    "BOOL, INT8, 1 0",
    "F64, FLOAT32, 0.3333333432674408",
    "F16, FLOAT64, 1 -0.5 65504 5.9604644775390625e-8",
    "BF16, FLOAT16, 1 -0.5 256",
  })
  void numbersKeepTheirValue(String name, DType dtype, String values) {
    MemorySegment read = read(name, dtype);
    String[] expected = values.split(" ");
    for (int i = 0; i < expected.length; i++) {
      switch (dtype) {
        case INT8, INT32, INT64 -> assertEquals(Long.parseLong(expected[i]), whole(read, dtype, i));
        default -> assertEquals(Double.parseDouble(expected[i]), fraction(read, dtype, i));
      }
    }
    assertEquals(expected.length * (long) dtype.bytes(), read.byteSize());
  }

  @ParameterizedTest
  @EnumSource(
      value = FileType.class,
      names = {"U8", "I16", "U16", "U32", "U64"})
  void whatHasNoTypeOfItsOwnIsWidened(FileType type) {
    Tensor tensor = file.read(type.code(), EngineDouble.engine());
    assertEquals(type.bits() < 32 ? DType.INT32 : DType.INT64, tensor.dtype());
    assertEquals(file.entry(type.code()).shape(), tensor.shape());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "C64 | FLOAT32 | holds C64 and cannot be read as FLOAT32.",
        "F16 | INT32 | holds F16 and cannot be read as INT32.",
        "U8 | BF16 | holds U8 and cannot be read as BF16.",
        "U8 | BOOL | holds U8 and cannot be read as BOOL.",
        "U8 | INT8 | holds U8 and cannot be read as INT8: it holds 250.",
        "I16 | INT8 | holds I16 and cannot be read as INT8: it holds -32768.",
        "U32 | INT32 | holds U32 and cannot be read as INT32: it holds 4294967295.",
        "U64.large | INT64 | cannot be read as INT64: it holds 9223372036854775808.",
        "U64.large | FLOAT64 | cannot be read as FLOAT64: it holds 9223372036854775808.",
      })
  void whatHasNoMeaningIsRefusedInOneSentence(String name, DType dtype, String sentence) {
    String message = assertThrows(CheckpointException.class, () -> read(name, dtype)).getMessage();
    assertTrue(message.endsWith(sentence), message);
    assertTrue(message.startsWith("The tensor '" + name + "' of " + file.path()), message);
  }

  @Test
  void whatNoEngineComputesInStillHasBytes() {
    String message =
        assertThrows(CheckpointException.class, () -> file.read("C64", EngineDouble.engine()))
            .getMessage();
    assertTrue(message.endsWith("holds C64 and is of a type that no engine computes in."), message);
    assertArrayEquals(new float[] {1, 2}, floats(file.bytes("C64")));
  }

  /** Longer than a run of the conversion, so that runs follow each other. */
  @Test
  void longTensorsAreConvertedToTheirEnd() {
    byte[] codes = new byte[5001];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i * 31 % 120);
    }
    Path path = folder.resolve("long.safetensors");
    SafetensorsWriter.writeSources(
        path,
        Map.of(
            "f8", Sources.bytes(FileType.F8_E4M3, codes, 5001),
            "u8", Sources.bytes(FileType.U8, codes, 5001)),
        Map.of());
    float[] table = floats(file.bytes("F8_E4M3.f32"));
    try (SafetensorsFile written = SafetensorsFile.open(path)) {
      float[] f8 = floats(bytes(written.read("f8", EngineDouble.engine())));
      MemorySegment u8 = bytes(written.read("u8", EngineDouble.engine()));
      for (int i = 0; i < codes.length; i++) {
        assertEquals(table[codes[i]], f8[i]);
        assertEquals(codes[i], u8.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i));
      }
    }
  }

  /** Rounding to the nearest, ties to even, and what is not finite. */
  @Test
  void bf16IsRounded() {
    int[] bits = {
      0x3f80_8000, 0x3f81_8000, 0x3f80_8001, 0x3f80_7fff, 0x7f7f_ffff, 0xff80_0000, 0x7f80_0001
    };
    int[] rounded = {0x3f80, 0x3f82, 0x3f81, 0x3f80, 0x7f80, 0xff80};
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.intBitsToFloat(bits[i]);
    }
    Path path = folder.resolve("rounded.safetensors");
    SafetensorsWriter.writeSources(path, Map.of("w", Sources.floats(values, 7)), Map.of());
    try (SafetensorsFile written = SafetensorsFile.open(path)) {
      MemorySegment read = bytes(written.read("w", EngineDouble.engine(), DType.BF16));
      for (int i = 0; i < rounded.length; i++) {
        assertEquals(
            rounded[i],
            Short.toUnsignedInt(read.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i)),
            "element " + i);
      }
      assertTrue(Float.isNaN(bf16(read)[6]));
    }
  }

  private MemorySegment read(String name, DType dtype) {
    Tensor tensor = file.read(name, EngineDouble.engine(), dtype);
    assertEquals(dtype, tensor.dtype());
    assertEquals(file.entry(name).shape(), tensor.shape());
    return bytes(tensor);
  }

  private static MemorySegment bytes(Tensor tensor) {
    long size = tensor.shape().size() * tensor.dtype().bytes();
    MemorySegment bytes = Arena.ofAuto().allocate(size);
    tensor.copyTo(bytes);
    return bytes;
  }

  private static long whole(MemorySegment segment, DType dtype, int i) {
    return switch (dtype) {
      case INT8 -> segment.get(ValueLayout.JAVA_BYTE, i);
      case INT32 -> segment.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
      default -> segment.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
    };
  }

  private static double fraction(MemorySegment segment, DType dtype, int i) {
    return switch (dtype) {
      case FLOAT64 -> segment.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, i);
      case FLOAT16 -> Float.float16ToFloat(segment.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i));
      default -> segment.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
    };
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static float[] bf16(MemorySegment segment) {
    short[] upper = segment.toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
    float[] floats = new float[upper.length];
    for (int i = 0; i < upper.length; i++) {
      floats[i] = Float.intBitsToFloat(upper[i] << 16);
    }
    return floats;
  }

  /** Bit for bit, but for the payload of what is no number. */
  private static void assertSameFloats(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Float.floatToIntBits(expected[i]), Float.floatToIntBits(actual[i]), "code " + i);
    }
  }
}
