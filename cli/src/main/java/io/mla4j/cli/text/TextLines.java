package io.mla4j.cli.text;

import io.mla4j.data.DataException;
import io.mla4j.data.text.BadRowPolicy;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.data.text.RowReport;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The lines of a stream. Split before they are decoded, so that a bad one is known by number. */
final class TextLines implements Iterator<InputText>, AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final InputStream stream;
  private final String name;
  private final StrictDecoder decoder;
  private final BadRowPolicy badLines;
  private Optional<String> firstProblem = Optional.empty();
  private Optional<InputText> upcoming = Optional.empty();
  private long line;
  private long used;
  private long skipped;
  private int following;

  TextLines(InputStream stream, String name, Charset encoding, BadRowPolicy badLines) {
    if ("\n".getBytes(encoding).length != 1) {
      throw new DataException(
          "Lines of plain text cannot be read in %s; convert %s to UTF-8 first."
              .formatted(encoding.name(), name));
    }
    this.stream = new BufferedInputStream(stream, BUFFER);
    this.name = name;
    this.decoder = new StrictDecoder(name, encoding);
    this.badLines = badLines;
    this.following = read();
    if (following < 0) {
      throw new DataException(name + " is empty.");
    }
  }

  private int read() {
    try {
      return stream.read();
    } catch (IOException failure) {
      throw ReadFailure.of(name, failure);
    }
  }

  @Override
  public boolean hasNext() {
    while (upcoming.isEmpty() && following >= 0) {
      upcoming = line();
    }
    if (upcoming.isEmpty() && used == 0) {
      throw new DataException(
          "None of the %,d lines of %s can be used; the first problem is at %s"
              .formatted(line, name, firstProblem.orElse("")));
    }
    return upcoming.isPresent();
  }

  @Override
  public InputText next() {
    if (!hasNext()) {
      throw new NoSuchElementException(name + " has no more lines.");
    }
    InputText text = upcoming.orElseThrow();
    upcoming = Optional.empty();
    used++;
    return text;
  }

  /** The next line, unless it is a bad one to skip. */
  private Optional<InputText> line() {
    byte[] bytes = bytes();
    line++;
    try {
      String text = decoder.decode(bytes, bytes.length, line);
      String whole = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      return Optional.of(new InputText(whole, Optional.of(line)));
    } catch (DataException bad) {
      if (badLines == BadRowPolicy.STOP) {
        throw bad;
      }
      firstProblem = firstProblem.or(() -> Optional.ofNullable(bad.getMessage()));
      skipped++;
      return Optional.empty();
    }
  }

  private byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (following >= 0 && following != '\n') {
      bytes.write(following);
      following = read();
    }
    following = following < 0 ? following : read();
    return bytes.toByteArray();
  }

  /** What became of the lines read so far. */
  RowReport report() {
    return new RowReport(used, skipped, firstProblem.stream().toList());
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException failure) {
      throw ReadFailure.of(name, failure);
    }
  }
}
