package io.mla4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  @Test
  void replacesTheWholeFile() throws IOException {
    Path file = folder.resolve("a/b.txt");
    AtomicFile.writeString(file, "a longer first text");
    AtomicFile.writeString(file, "second");
    assertEquals("second", Files.readString(file));
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Path file = folder.resolve("kept.txt");
    AtomicFile.writeString(file, "old");
    UncheckedIOException failure =
        assertThrows(
            UncheckedIOException.class,
            () ->
                AtomicFile.writeStream(
                    file,
                    stream -> {
                      stream.write(new byte[1 << 17]);
                      throw new IOException("No space left on device");
                    }));
    assertTrue(failure.getMessage().contains("No space left on device"), failure.getMessage());
    assertEquals("old", Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void checksumsAreSha256() throws IOException {
    Path file = folder.resolve("abc");
    Files.writeString(file, "abc");
    String published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertEquals(published, Checksum.of(file));
    assertEquals(published, Checksum.of("abc".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
