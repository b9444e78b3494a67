package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

  @TempDir Path folder;

  @Test
  void returnsWhatWasWritten() {
    Path path = folder.resolve("all.safetensors");
    Map<String, TensorSource> sources = Sources.oneOfEach();
    SafetensorsWriter.writeSources(path, sources, Map.of("a", "1", "b", "zwei"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(Map.of("a", "1", "b", "zwei"), file.metadata());
      assertEquals(sources.keySet(), java.util.Set.copyOf(file.names()));
      sources.forEach(
          (name, source) -> {
            assertEquals(source.type(), file.entry(name).type());
            assertArrayEquals(
                Sources.contents(source), file.bytes(name).toArray(ValueLayout.JAVA_BYTE));
            assertEquals(
                0, file.bytes(name).address() % Math.max(1, source.type().bits() / 8), name);
          });
    }
  }

  @Test
  void tensorsGoThroughAnEngine() {
    Path path = folder.resolve("engine.safetensors");
    Tensor tensor = EngineDouble.tensor(new byte[] {1, 2, 3, 4}, DType.BF16, Shape.of(1, 2));
    SafetensorsWriter.write(path, Map.of("w", tensor), Map.of());
    try (Safetensors file = Safetensors.open(path)) {
      Tensor read = file.read("w", EngineDouble.engine());
      assertEquals(Shape.of(1, 2), read.shape());
      assertEquals(DType.BF16, read.dtype());
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment bytes = arena.allocate(4);
        read.copyTo(bytes);
        assertArrayEquals(new byte[] {1, 2, 3, 4}, bytes.toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void anUnalignedFileIsReadToo() throws IOException {
    Path path = folder.resolve("odd.safetensors");
    String header = "{\"w\":{\"dtype\":\"F64\",\"shape\":[1], \"data_offsets\":[0,8]}}";
    assertEquals(1, header.length() % 2);
    Files.write(path, Sources.file(header, 8));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(0.0, file.bytes("w").get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0));
    }
  }

  @Test
  void moreThanTwoGigabytesAreMapped() throws IOException {
    Path path = folder.resolve("large.safetensors");
    long size = 5_000_000_001L;
    String header = "{\"w\":{\"dtype\":\"U8\",\"shape\":[%1$d],\"data_offsets\":[0,%1$d]}}";
    byte[] start = Sources.file(header.formatted(size), 0);
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.write(start);
      sparse.setLength(start.length + size);
      sparse.seek(start.length + size - 1);
      sparse.write(77);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(size, file.bytes("w").byteSize());
      assertEquals(77, file.bytes("w").get(ValueLayout.JAVA_BYTE, size - 1));
    }
  }

  @Test
  void mappedElementsAreTheFilesOwnWhereAnEngineCanTakeThem() throws IOException {
    Path path = folder.resolve("mapped.safetensors");
    SafetensorsWriter.writeSources(path, Sources.oneOfEach(), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String name : file.names()) {
        MemorySegment bytes = file.bytes(name);
        assertEquals(file.entry(name).type().dtype().isPresent(), file.mapped(name).isPresent());
        file.mapped(name).ifPresent(mapped -> assertEquals(bytes, mapped));
        file.mapped(name).ifPresent(mapped -> assertTrue(mapped.isReadOnly()));
      }
    }
    String odd = "{\"w\":{\"dtype\":\"F64\",\"shape\":[1], \"data_offsets\":[0,8]}}";
    Path unaligned = folder.resolve("unaligned.safetensors");
    Files.write(unaligned, Sources.file(odd, 8));
    try (SafetensorsFile file = SafetensorsFile.open(unaligned)) {
      assertTrue(file.mapped("w").isEmpty());
    }
  }

  @Test
  void anEmptyFileOfTensorsIsAllowed() {
    Path path = folder.resolve("none.safetensors");
    SafetensorsWriter.writeSources(path, Map.of(), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertTrue(file.names().isEmpty());
    }
  }

  @Test
  void aReplacedFileKeepsItsOldContentsWhileOpen() {
    Path path = folder.resolve("replaced.safetensors");
    SafetensorsWriter.writeSources(path, Map.of("w", Sources.pattern(5000, 1)), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      SafetensorsWriter.writeSources(path, Map.of("w", Sources.pattern(10, 2)), Map.of());
      assertArrayEquals(
          Sources.contents(Sources.pattern(5000, 1)),
          file.bytes("w").toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void segmentsEndWithTheFile() {
    Path path = folder.resolve("closed.safetensors");
    SafetensorsWriter.writeSources(path, Map.of("w", Sources.pattern(8, 1)), Map.of());
    SafetensorsFile file = SafetensorsFile.open(path);
    MemorySegment bytes = file.bytes("w");
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> bytes.get(ValueLayout.JAVA_BYTE, 0));
  }

  // Each header is followed by 16 bytes of data.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                           | does not begin with '{'",
        "{                                                            | not valid JSON",
        "{}}                                                          | not valid JSON",
        "{\"w\":                                                      | not valid JSON",
        "{}                                                           | cover only 0",
        "{\"__metadata__\":[],\"w\":1}                                | metadata that is no JSON",
        "{\"__metadata__\":{\"a\":1}}                                 | 'a' that is no text",
        "{\"w\":1}                                                    | type (none)",
        "{\"w\":{\"__metadata__\":[]},\"w\":{}}                       | type (none)",
        "{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}                 | uplicate",
        "{\"w\":{\"dtype\":7}}                                        | type 7",
        "{\"w\":{\"dtype\":\"F9\",\"shape\":[4],\"data_offsets\":[0,16]}} | type \"F9\"",
        "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,16]}}          | no list as its shape",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4]}}                    | list as its data_offsets",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}} | has -4 in the shape",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4.5],\"data_offsets\":[0,16]}} | has 4.5 in the sh",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1e99],\"data_offsets\":[0,16]}} | in the shape",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,16]}} | has"
            + " 9223372036854775808 in the shape",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,16]}} |"
            + " more than 2^63 elements",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}} | do"
            + " not fill",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,16]}} | do not fill",
        "{\"w\":{\"dtype\":\"F4\",\"shape\":[31],\"data_offsets\":[0,16]}} | F4 of shape [31] do not",
        "{\"w\":{\"dtype\":\"F6_E2M3\",\"shape\":[3],\"data_offsets\":[0,3]}} | 3 bytes, which F6",
        "{\"w\":{\"dtype\":\"F8_E4M3\",\"shape\":[9],\"data_offsets\":[0,16]}} | 16 bytes, which F8",
        "{\"w\":{\"dtype\":\"f32\",\"shape\":[4],\"data_offsets\":[0,16]}} | only [BOOL, F4, F6_E2M3",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0]}} | 1 data offsets, not 2",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}} | after its end",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}} | truncated: the tensor",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | cover only 8",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}} | hole before",
        "{\"w\":{\"dtype\":\"I8\",\"shape\":[9],\"data_offsets\":[0,9]},\"v\":{\"dtype\":\"I8\","
            + "\"shape\":[8],\"data_offsets\":[8,16]}} | overlap",
        "{\"w\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"I8\","
            + "\"shape\":[8],\"data_offsets\":[8,16]}} | uplicate",
      })
  void everyWrongHeaderHasItsSentence(String header, String problem) throws IOException {
    Path path = folder.resolve("wrong.safetensors");
    Files.write(path, Sources.file(header, 16));
    assertSentence(path, problem.strip());
  }

  @Test
  void truncationIsNamed() throws IOException {
    Path path = folder.resolve("short.safetensors");
    Files.write(path, new byte[0]);
    assertSentence(path, "is truncated: it has 0 bytes");
    byte[] whole = Sources.file("{}", 0);
    Files.write(path, Arrays.copyOf(whole, 9));
    assertSentence(path, "its header should have 2 bytes, and 1 are left");
  }

  @Test
  void aHugeHeaderIsRefusedBeforeItIsRead() throws IOException {
    Path path = folder.resolve("huge.safetensors");
    Files.write(path, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{'});
    assertSentence(path, "claims a header of 18446744073709551615 bytes");
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.writeLong(Long.reverseBytes(100_000_001L));
      sparse.setLength(200_000_000L);
    }
    assertSentence(path, "claims a header of 100000001 bytes");
  }

  @Test
  void invalidUtf8IsNamed() throws IOException {
    Path path = folder.resolve("latin1.safetensors");
    byte[] bytes = Sources.file("{\"w\":1}", 0);
    bytes[10] = (byte) 0xe9;
    Files.write(path, bytes);
    assertSentence(path, "not UTF-8");
  }

  @Test
  void aDescriptionThatWouldFillTheHeapIsNotRead() throws IOException {
    Path path = folder.resolve("wide.safetensors");
    String header = "{\"w\":{\"shape\":[" + "0,".repeat(4_000_000) + "0]}}";
    Files.write(path, Sources.file(header, 0));
    assertSentence(path, "describes the tensor 'w' in 8000013 characters, and at most 4096");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Path path = folder.resolve("deep.safetensors");
    Files.write(path, Sources.file("{\"w\":" + "[".repeat(200_000), 0));
    assertSentence(path, "not valid JSON");
  }

  @Test
  void missingFilesAndNamesAreNamed() {
    assertSentence(folder.resolve("nowhere.safetensors"), "does not exist");
    assertSentence(folder, "does not exist");
    Path path = folder.resolve("one.safetensors");
    SafetensorsWriter.writeSources(path, Map.of("w", Sources.pattern(8, 1)), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      var failure = assertThrows(CheckpointException.class, () -> file.bytes("v"));
      assertTrue(failure.getMessage().contains("no tensor 'v'"), failure.getMessage());
    }
  }

  @Test
  void theWriterRefusesWhatNoReaderWouldTake() {
    Path path = folder.resolve("refused.safetensors");
    TensorSource one = Sources.pattern(8, 1);
    assertThrows(
        CheckpointException.class,
        () -> SafetensorsWriter.writeSources(path, Map.of("__metadata__", one), Map.of()));
    assertThrows(
        CheckpointException.class,
        () -> SafetensorsWriter.writeSources(path, Map.of("lone \ud800", one), Map.of()));
    TensorSource tooShort = Sources.bytes(DType.FLOAT32, new byte[8], 3);
    assertThrows(
        CheckpointException.class,
        () -> SafetensorsWriter.writeSources(path, Map.of("w", tooShort), Map.of()));
    assertTrue(Files.notExists(path));
    String half =
        assertThrows(
                IllegalArgumentException.class, () -> Sources.bytes(FileType.F4, new byte[2], 3))
            .getMessage();
    assertTrue(half.endsWith("its elements of 4 bits do not fill whole bytes."), half);
  }

  private static void assertSentence(Path path, String problem) {
    String message =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(path)).getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.contains(path.toString()), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
  }
}
