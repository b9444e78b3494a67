package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a file of the reference library, written by src/test/python/golden.py. */
class SafetensorsGoldenTest {

  @TempDir Path folder;
  private Path golden;

  @BeforeEach
  void unpack() throws IOException {
    golden = folder.resolve("python.safetensors");
    try (InputStream stream = getClass().getResourceAsStream("/golden/python.safetensors")) {
      Files.copy(stream, golden);
    }
  }

  @Test
  void readsWhatPythonWrote() {
    try (SafetensorsFile file = SafetensorsFile.open(golden)) {
      assertEquals(13, file.names().size());
      assertEquals(Map.of("format", "pt \"quoted\" é\n"), file.metadata());
      assertEquals(Shape.of(2, 3), file.entry("z.f32").shape());
      assertArrayEquals(new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f}, floats(file.bytes("z.f32")));
      assertArrayEquals(
          new float[] {1.5f, -2.25f, 3.0e38f, Float.MIN_VALUE}, floats(file.bytes("a.f32")));
      assertEquals(Math.PI, file.bytes("f64").get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0));
      assertArrayEquals(new short[] {0x3f80, (short) 0xbf00, 0x4380}, shorts(file.bytes("bf16")));
      assertArrayEquals(new short[] {0x3c00, (short) 0xb800, 0x7bff}, shorts(file.bytes("f16")));
      assertArrayEquals(new byte[] {-128, 0, 127}, bytes(file.bytes("i8")));
      assertArrayEquals(
          new int[] {Integer.MIN_VALUE, 7},
          file.bytes("i32").toArray(ValueLayout.JAVA_INT_UNALIGNED));
      assertEquals(9007199254740993L, file.bytes("i64").get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
      assertArrayEquals(new byte[] {1, 0, 1}, bytes(file.bytes("bool")));
      assertEquals(Shape.of(), file.entry("scalar").shape());
      assertArrayEquals(new float[] {42}, floats(file.bytes("scalar")));
      assertEquals(Shape.of(0, 3), file.entry("empty").shape());
      assertEquals(0, file.bytes("empty").byteSize());
      assertEquals(FileType.I64, file.entry("wörter/日本😀\"\\").type());
    }
  }

  @Test
  void writesTheSameBytesAsPython() throws IOException {
    Path rewritten = folder.resolve("java.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(golden)) {
      List<String> shuffled = new ArrayList<>(file.names());
      Collections.shuffle(shuffled, new Random(7));
      Map<String, TensorSource> sources = new LinkedHashMap<>();
      for (String name : shuffled) {
        TensorEntry entry = file.entry(name);
        sources.put(name, TensorSource.of(entry.type(), entry.shape(), file.bytes(name)));
      }
      SafetensorsWriter.writeSources(rewritten, sources, file.metadata());
    }
    assertArrayEquals(Files.readAllBytes(golden), Files.readAllBytes(rewritten));
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static short[] shorts(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
  }

  private static byte[] bytes(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }
}
