package io.mla4j.telemetry.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that grows by records. A record is in the file when {@link #append} returns, so a killed
 * program leaves at most one incomplete record, at the end; a record that does not fit on the disk
 * leaves none.
 */
public final class Journal implements AutoCloseable {

  private final Path path;
  private final FileChannel channel;

  private Journal(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens a file, which is created where needed, to append to what it holds. */
  public static Journal open(Path path) {
    try {
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.position(channel.size());
      return new Journal(path, channel);
    } catch (IOException failure) {
      throw failed("open", path, failure);
    }
  }

  /** Creates a file; empty if there is one of this name. */
  public static Optional<Journal> create(Path path) {
    try {
      return Optional.of(
          new Journal(
              path,
              FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
    } catch (FileAlreadyExistsException taken) {
      return Optional.empty();
    } catch (IOException failure) {
      throw failed("create", path, failure);
    }
  }

  public Path path() {
    return path;
  }

  /**
   * Adds a record.
   *
   * @throws UncheckedIOException naming the file, if it cannot be written; then it is as before
   */
  public void append(byte[] record) {
    try {
      write(ByteBuffer.wrap(record));
    } catch (IOException failure) {
      throw failed("write", path, failure);
    }
  }

  private void write(ByteBuffer record) throws IOException {
    long start = channel.position();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException failure) {
      channel.truncate(start);
      throw failure;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw failed("close", path, failure);
    }
  }

  private static UncheckedIOException failed(String verb, Path path, IOException failure) {
    String reason = Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
    return new UncheckedIOException("Could not %s %s: %s.".formatted(verb, path, reason), failure);
  }
}
