package io.mla4j.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a file so that a reader sees the old contents or the new ones and never a part: into a
 * temporary file beside it, forced to the disk, then renamed. When writing fails, as on a full
 * disk, the old file is untouched and the temporary one is removed. A file that is replaced keeps
 * its permissions, and one that a link leads to is replaced where it lies. What is no plain file,
 * such as a pipe, a terminal or {@code /dev/stdout}, cannot be replaced and is written to as it is.
 */
public final class AtomicFile {

  private static final int MOST_LINKS = 40;

  /** Where the system shows open files as links; replacing such a file would miss its reader. */
  private static final Path OPEN_FILES = Path.of("/proc");

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
   * @throws UncheckedIOException naming the file, if it cannot be written; then a plain file is
   *     unchanged
   */
  public static void write(Path file, Writer writer) {
    try {
      Path target = linked(file.toAbsolutePath());
      if (replaceable(target)) {
        replace(target, writer);
      } else {
        writeInto(target, writer);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "Could not write " + file + ": " + reason(failure) + ".", failure);
    }
  }

  /** Where links lead, whether or not there is a file yet. */
  private static Path linked(Path file) throws IOException {
    Path target = file;
    for (int links = 0; !target.startsWith(OPEN_FILES) && Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
    }
    return target;
  }

  private static boolean replaceable(Path target) {
    return !target.startsWith(OPEN_FILES)
        && (Files.isRegularFile(target) || Files.notExists(target));
  }

  private static void writeInto(Path target, Writer writer) throws IOException {
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.APPEND)) {
      writer.write(channel);
    }
  }

  private static void replace(Path target, Writer writer) throws IOException {
    Path folder = Optional.ofNullable(target.getParent()).orElse(target);
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      // A new file and no other: whoever may write to the folder could have laid a link there.
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        writer.write(channel);
        channel.force(true);
      }
      keepPermissions(target, temporary);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceRename(folder);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView old = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    if (old != null && Files.exists(from)) {
      Files.setPosixFilePermissions(to, old.readAttributes().permissions());
    }
  }

  /** Until its folder is on the disk too, a power failure can undo the rename. */
  private static void forceRename(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException ignored) {
      // Not every system can open a folder, and the rename has happened.
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
