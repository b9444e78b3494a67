package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Reads a file's examples one after another, holding one row at a time in memory. Not safe for use
 * by several threads.
 */
public final class TextReader implements Iterator<TextExample>, AutoCloseable {

  private final TextSource source;
  private final RowSource rows;
  private final List<String> firstProblems = new ArrayList<>();
  private Optional<TextExample> upcoming = Optional.empty();
  private boolean finished;
  private long used;
  private long skipped;

  private interface Bytes {
    InputStream open();
  }

  TextReader(TextSource source) {
    this(requireFile(source), () -> TextBytes.open(source.file(), source.encoding()));
  }

  TextReader(TextSource source, InputStream stream) {
    this(
        requireStreamable(source),
        () -> TextBytes.of(stream, source.file().toString(), source.encoding()));
  }

  private static TextSource requireFile(TextSource source) {
    TextBytes.requireFilled(source.file());
    return source;
  }

  private static TextSource requireStreamable(TextSource source) {
    if (source.format().filter(TextFormat.PARQUET::equals).isPresent()) {
      throw ParquetRows.needsFile(source.file());
    }
    return source;
  }

  private TextReader(TextSource source, Bytes bytes) {
    this.source = source;
    try {
      this.rows = open(source, bytes);
    } catch (IOException | UncheckedIOException failure) {
      throw unreadable(failure);
    }
  }

  private static RowSource open(TextSource source, Bytes bytes) throws IOException {
    Path file = source.file();
    Columns columns = source.columns();
    return switch (source.format().orElseGet(() -> TextFormat.of(file))) {
      case JSON -> rows(source, bytes, input -> new JsonArrayRows(file, input, columns));
      case JSON_LINES -> rows(source, bytes, input -> new JsonLinesRows(input, columns));
      case CSV -> rows(source, bytes, input -> new CsvRows(file, input, columns));
      case TSV -> rows(source, bytes, input -> new TsvRows(file, input, columns));
      case PARQUET -> ParquetRows.open(file, columns);
    };
  }

  private interface Opening {
    RowSource rows(DecodedInput input) throws IOException;
  }

  /** What refuses the start of a file, such as its header, must not leave it open. */
  private static RowSource rows(TextSource source, Bytes bytes, Opening opening)
      throws IOException {
    DecodedInput input = new DecodedInput(bytes.open(), source.encoding());
    try {
      return opening.rows(input);
    } catch (IOException | RuntimeException failure) {
      input.close();
      throw failure;
    }
  }

  private DataException unreadable(Exception failure) {
    return ReadFailure.of(source.file().toString(), failure);
  }

  /**
   * Whether another example follows.
   *
   * @throws DataException if the next row is bad and the policy is to stop, if the file cannot be
   *     read on, or if it ends without a single usable row
   */
  @Override
  public boolean hasNext() {
    while (upcoming.isEmpty() && !finished) {
      advance();
    }
    return upcoming.isPresent();
  }

  @Override
  public TextExample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The file " + source.file() + " has no more rows.");
    }
    TextExample example = upcoming.orElseThrow();
    upcoming = Optional.empty();
    return example;
  }

  private void advance() {
    try {
      Optional<RawRow> row = rows.next();
      if (row.isEmpty()) {
        finish();
      } else {
        upcoming = Optional.of(example(row.get()));
        used++;
      }
    } catch (RowProblem problem) {
      reject(problem);
    } catch (IOException | UncheckedIOException failure) {
      throw unreadable(failure);
    }
  }

  private TextExample example(RawRow row) throws RowProblem {
    Columns columns = source.columns();
    String text = required(row, columns.text(), row.text());
    Optional<String> pair = Optional.empty();
    if (columns.pair().isPresent()) {
      pair = Optional.of(required(row, columns.pair().get(), row.pair()));
    }
    Optional<String> label = Optional.empty();
    if (columns.label().isPresent()) {
      label = Optional.of(label(row, columns.label().get()));
    }
    return new TextExample(text, pair, label, new RowOrigin(source.file(), row.line()));
  }

  private static String label(RawRow row, String column) throws RowProblem {
    String label = required(row, column, row.label()).strip();
    if (label.isEmpty()) {
      throw new RowProblem(row.line(), "the label in '" + column + "' is empty.");
    }
    return label;
  }

  private static String required(RawRow row, String column, Optional<String> value)
      throws RowProblem {
    if (value.isPresent()) {
      return value.get();
    }
    String problem =
        row.names().contains(column)
            ? "'" + column + "' holds no value."
            : "there is no '" + column + "'; the row has " + String.join(", ", row.names()) + ".";
    throw new RowProblem(row.line(), problem);
  }

  private void reject(RowProblem problem) {
    String sentence = new RowOrigin(source.file(), problem.line()) + ": " + problem.problem();
    if (source.badRows() == BadRowPolicy.STOP) {
      throw new DataException(sentence);
    }
    skipped++;
    if (firstProblems.size() < RowReport.REMEMBERED) {
      firstProblems.add(sentence);
    }
  }

  private void finish() {
    finished = true;
    if (used == 0) {
      throw new DataException(
          firstProblems.isEmpty()
              ? source.file() + " holds no rows."
              : "None of the "
                  + skipped
                  + " rows of "
                  + source.file()
                  + " can be used; the first problem is at "
                  + firstProblems.getFirst());
    }
  }

  /** What became of the rows read so far. */
  public RowReport report() {
    return new RowReport(used, skipped, firstProblems);
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException failure) {
      throw unreadable(failure);
    }
  }
}
