package io.mla4j.cli.text;

import io.mla4j.data.DataException;
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
  private long line;
  private int upcoming;

  TextLines(InputStream stream, String name, Charset encoding) {
    if ("\n".getBytes(encoding).length != 1) {
      throw new DataException(
          "Lines of plain text cannot be read in %s; convert %s to UTF-8 first."
              .formatted(encoding.name(), name));
    }
    this.stream = new BufferedInputStream(stream, BUFFER);
    this.name = name;
    this.decoder = new StrictDecoder(name, encoding);
    this.upcoming = read();
    if (upcoming < 0) {
      throw new DataException(name + " is empty.");
    }
  }

  private int read() {
    try {
      return stream.read();
    } catch (IOException failure) {
      throw new DataException(name + " cannot be read: " + failure.getMessage() + ".", failure);
    }
  }

  @Override
  public boolean hasNext() {
    return upcoming >= 0;
  }

  @Override
  public InputText next() {
    if (!hasNext()) {
      throw new NoSuchElementException(name + " has no more lines.");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (upcoming >= 0 && upcoming != '\n') {
      bytes.write(upcoming);
      upcoming = read();
    }
    line++;
    String text = decoder.decode(bytes.toByteArray(), bytes.size(), line);
    upcoming = upcoming < 0 ? upcoming : read();
    String whole = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    return new InputText(whole, Optional.of(line));
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException failure) {
      throw new DataException(name + " cannot be closed: " + failure.getMessage() + ".", failure);
    }
  }
}
