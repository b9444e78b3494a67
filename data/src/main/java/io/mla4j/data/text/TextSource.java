package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of labelled texts and how to read it.
 *
 * @param format absent to tell it from the file's extension; what gzip packed is unpacked while
 *     reading
 * @param encoding of the text formats; Parquet is always UTF-8
 */
public record TextSource(
    Path file,
    Optional<TextFormat> format,
    Charset encoding,
    Columns columns,
    BadRowPolicy badRows) {

  /** Columns {@code text} and {@code label}, strict UTF-8, and a stop at the first bad row. */
  public static TextSource of(Path file) {
    return new TextSource(
        file, Optional.empty(), StandardCharsets.UTF_8, Columns.DEFAULT, BadRowPolicy.STOP);
  }

  public TextSource withFormat(TextFormat wanted) {
    return new TextSource(file, Optional.of(wanted), encoding, columns, badRows);
  }

  public TextSource withEncoding(Charset wanted) {
    return new TextSource(file, format, wanted, columns, badRows);
  }

  public TextSource withColumns(Columns wanted) {
    return new TextSource(file, format, encoding, wanted, badRows);
  }

  public TextSource withBadRows(BadRowPolicy wanted) {
    return new TextSource(file, format, encoding, columns, wanted);
  }

  /**
   * The same way of reading for another file, as for the validation file beside a training file.
   */
  public TextSource withFile(Path wanted) {
    return new TextSource(wanted, format, encoding, columns, badRows);
  }

  /**
   * Opens the file, or a pipe.
   *
   * @throws DataException if it is missing, empty, of an unknown format or lacks a column
   */
  public TextReader open() {
    return new TextReader(this);
  }

  /**
   * Reads a stream in place of the file, which then only names it; the reader closes it.
   *
   * @throws DataException as {@link #open()}, or if the format is one that needs a file
   */
  public TextReader open(InputStream stream) {
    return new TextReader(this, stream);
  }

  /**
   * Requires what can be read more than once.
   *
   * @throws DataException if it is a pipe
   */
  public TextSource requireFile() {
    if (TextBytes.isPipe(file)) {
      throw new DataException(
          file + " is a pipe, and what it holds is read more than once; save it to a file first.");
    }
    return this;
  }

  /** All examples of the file, in its order, and what became of its rows. */
  public record Contents(List<TextExample> examples, RowReport report) {}

  /**
   * Reads the whole file into memory.
   *
   * @throws DataException as {@link #open} and {@link TextReader#next}
   */
  public Contents read() {
    try (TextReader reader = open()) {
      List<TextExample> examples = new ArrayList<>();
      reader.forEachRemaining(examples::add);
      return new Contents(List.copyOf(examples), reader.report());
    }
  }
}
