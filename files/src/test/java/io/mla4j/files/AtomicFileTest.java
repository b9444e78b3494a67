package io.mla4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
  void replacesWhatALinkLeadsToAndKeepsItsPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("private.txt"), "old");
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"), "needs permissions");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("private.txt"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("later.txt"));
    AtomicFile.writeString(link, "new");
    AtomicFile.writeString(dangling, "first");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals("first", Files.readString(folder.resolve("later.txt")));
  }

  @Test
  void linksInACircleAreRefused() throws IOException {
    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    assertThrows(UncheckedIOException.class, () -> AtomicFile.writeString(circle, "text"));
  }

  @Test
  void writesIntoWhatIsNoPlainFile() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path link = Files.createSymbolicLink(folder.resolve("out"), pipe);
    CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> contents(pipe));
    AtomicFile.writeString(link, "through the pipe");
    assertEquals("through the pipe", read.get(30, TimeUnit.SECONDS));
    assertTrue(Files.readAttributes(pipe, BasicFileAttributes.class).isOther());
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void writersOfOneFileAtOnceLeaveOneOfTheTexts() throws Exception {
    Path file = folder.resolve("contested.txt");
    CountDownLatch open = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> writers = new ArrayList<>();
      for (String text : List.of("one", "another")) {
        writers.add(
            threads.submit(
                () ->
                    AtomicFile.writeStream(
                        file,
                        stream -> {
                          open.countDown();
                          awaitAll(open);
                          stream.write(text.getBytes(StandardCharsets.UTF_8));
                        })));
      }
      for (Future<?> writer : writers) {
        writer.get(30, TimeUnit.SECONDS);
      }
    }
    assertTrue(List.of("one", "another").contains(Files.readString(file)));
  }

  private static void awaitAll(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException failure) {
      throw new IOException(failure);
    }
  }

  @Test
  void checksumsAreSha256() throws IOException {
    Path file = folder.resolve("abc");
    Files.writeString(file, "abc");
    String published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertEquals(published, Checksum.of(file));
    assertEquals(published, Checksum.of("abc".getBytes(StandardCharsets.UTF_8)));
  }
}
