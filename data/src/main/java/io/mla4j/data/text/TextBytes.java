package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Opens the bytes of text, from a file or as they come through a pipe: unpacked where gzip packed
 * them, and refused in words where they are not there or evidently in another encoding.
 */
public final class TextBytes {

  private static final int BUFFER = 1 << 16;

  /** What comes at once is looked at, and this much at most; nobody is made to wait for more. */
  private static final int SAMPLE = 256;

  private static final int SMALLEST_SAMPLE = 4;

  private TextBytes() {}

  /**
   * Opens a file or pipe.
   *
   * @throws DataException if there is none, or it is damaged at its start or in another encoding
   */
  public static InputStream open(Path file, Charset encoding) {
    requireThere(file);
    try {
      return of(Files.newInputStream(file), file.toString(), encoding);
    } catch (IOException failure) {
      throw ReadFailure.of(file.toString(), failure);
    }
  }

  /**
   * Reads a stream, which is closed with the one returned.
   *
   * @param name of the stream in errors; if it ends in {@code .gz} it must be packed
   * @throws DataException as {@link #open}
   */
  public static InputStream of(InputStream stream, String name, Charset encoding) {
    try {
      return sound(stream, name, encoding);
    } catch (IOException failure) {
      closeQuietly(stream);
      throw ReadFailure.of(name, failure);
    } catch (DataException refused) {
      closeQuietly(stream);
      throw refused;
    }
  }

  private static InputStream sound(InputStream stream, String name, Charset encoding)
      throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(stream, BUFFER);
    byte[] start = start(bytes);
    boolean packed = isGzip(start);
    if (!packed && start.length > 0 && TextFormat.isPacked(name)) {
      throw new DataException(
          name + " is named .gz and is not packed by gzip; unpack it or name it otherwise.");
    }
    BufferedInputStream text =
        packed ? new BufferedInputStream(new GzipMembers(bytes), BUFFER) : bytes;
    requireEncoding(name, encoding, packed ? start(text) : start);
    return text;
  }

  /** The first bytes, which stay to be read. */
  private static byte[] start(BufferedInputStream bytes) throws IOException {
    byte[] sample = new byte[SAMPLE];
    bytes.mark(SAMPLE);
    int count = 0;
    int more = 0;
    while (more >= 0 && count < SMALLEST_SAMPLE) {
      more = bytes.read(sample, count, SAMPLE - count);
      count += Math.max(0, more);
    }
    bytes.reset();
    return Arrays.copyOf(sample, count);
  }

  private static boolean isGzip(byte[] start) {
    return start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B;
  }

  private static void requireEncoding(String name, Charset encoding, byte[] start) {
    Optional<LikelyEncoding> other = LikelyEncoding.otherThan(encoding, start);
    if (other.isPresent()) {
      throw new DataException(
          "%s is not %s but looks like %s: %s; name that encoding, or save the file as UTF-8."
              .formatted(name, encoding.name(), other.get().name(), other.get().sign()));
    }
  }

  private static void requireThere(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataException(file + " is a folder; name a file in it.");
    }
    if (!Files.exists(file)) {
      throw new DataException("There is no file " + file.toAbsolutePath() + ".");
    }
  }

  /**
   * Requires a file with something in it, or a pipe, of which only reading tells.
   *
   * @throws DataException if there is none
   */
  static void requireFilled(Path file) {
    requireThere(file);
    try {
      if (!isPipe(file) && Files.size(file) == 0) {
        throw new DataException(file + " is empty.");
      }
    } catch (IOException failure) {
      throw ReadFailure.of(file.toString(), failure);
    }
  }

  /** Whether something comes from here that can be read once and has no size, such as a pipe. */
  public static boolean isPipe(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  private static void closeQuietly(InputStream stream) {
    try {
      stream.close();
    } catch (IOException ignored) {
      // The failure that led here is the one to report.
    }
  }
}
