package io.mla4j.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that a reader sees the old contents or the new ones and never a part: into a
 * temporary file beside it, forced to the disk, then renamed. When writing fails, as on a full
 * disk, the old file is untouched and the temporary one is removed.
 */
public final class AtomicFile {

  private AtomicFile() {}

  /** Produces a file's bytes. */
  public interface Writer {
    void write(FileChannel channel) throws IOException;
  }

  /** Produces a file's bytes as a stream. */
  public interface StreamWriter {
    void write(OutputStream stream) throws IOException;
  }

  /**
   * Writes through a channel.
   *
   * @throws UncheckedIOException naming the file, if it cannot be written; then it is unchanged
   */
  public static void write(Path file, Writer writer) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("'" + file + "' is a folder and cannot be written.");
    }
    Path temporary =
        folder.resolve("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        writer.write(channel);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "Could not write " + file + ": " + reason(failure) + ". Nothing was changed.", failure);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /** Writes through a stream. */
  public static void writeStream(Path file, StreamWriter writer) {
    write(
        file,
        channel -> {
          OutputStream stream =
              new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          writer.write(stream);
          stream.flush();
        });
  }

  public static void writeString(Path file, String text) {
    writeStream(file, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String reason(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException ignored) {
      // The write's own outcome matters more than a leftover temporary file.
    }
  }
}
