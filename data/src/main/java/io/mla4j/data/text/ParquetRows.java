package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a Parquet file, streamed. Where that fails, the rest is read anew and checked value by
 * value, so that text that is not UTF-8 spoils its row alone.
 */
final class ParquetRows implements RowSource {

  private final Path file;
  private final ParquetFile table;
  private final Columns columns;
  private final Header header;
  private ParquetValues values;
  private long row;

  private ParquetRows(Path file, ParquetFile table, Columns columns) throws SQLException {
    this.file = file;
    this.table = table;
    this.columns = columns;
    this.header =
        new Header(file, table.columns().stream().map(ParquetColumn::name).toList(), columns);
    requireTypes();
    this.values = table.values(header.wanted());
  }

  static ParquetRows open(Path file, Columns columns) {
    if (TextBytes.isPipe(file)) {
      throw needsFile(file);
    }
    try {
      return open(file, ParquetFile.open(file), columns);
    } catch (SQLException failure) {
      throw ParquetDamage.of(file, "what describes its columns is damaged.", failure);
    }
  }

  /** What says that Parquet does not come as a stream. */
  static DataException needsFile(Path name) {
    return new DataException(
        name
            + " is a pipe, and Parquet cannot be read from one, as its table of contents comes"
            + " last; save it to a file first.");
  }

  private static ParquetRows open(Path file, ParquetFile table, Columns columns)
      throws SQLException {
    try {
      return new ParquetRows(file, table, columns);
    } catch (SQLException | DataException failure) {
      table.close();
      throw failure;
    }
  }

  private void requireTypes() {
    List<ParquetColumn> wanted = header.wanted().stream().map(table.columns()::get).toList();
    int texts = columns.pair().isPresent() ? 2 : 1;
    for (ParquetColumn column : wanted.subList(0, texts)) {
      require(column.holdsText(), column, "strings");
    }
    for (ParquetColumn column : wanted.subList(texts, wanted.size())) {
      require(column.holdsLabels(), column, "strings, numbers or booleans");
    }
  }

  private void require(boolean fits, ParquetColumn column, String expected) {
    if (!fits) {
      throw new DataException(
          "%s: the column '%s' must hold %s and holds %s; name another one."
              .formatted(file, column.name(), expected, column.contents()));
    }
  }

  @Override
  public Optional<RawRow> next() throws RowProblem {
    try {
      if (!advance()) {
        return Optional.empty();
      }
      row++;
      return Optional.of(read());
    } catch (SQLException failure) {
      throw ParquetDamage.of(
          file,
          "it is damaged, or packed in an unknown way, after row %,d.".formatted(row),
          failure);
    }
  }

  private boolean advance() throws SQLException {
    try {
      return values.next();
    } catch (SQLException failure) {
      if (values.isChecked()) {
        throw failure;
      }
    }
    values.close();
    values = table.checkedValues(header.wanted(), row);
    return values.next();
  }

  private RawRow read() throws RowProblem, SQLException {
    int place = 0;
    Optional<String> text = value(place++);
    Optional<String> pair = columns.pair().isPresent() ? value(place++) : Optional.empty();
    Optional<String> label = columns.label().isPresent() ? label(place) : Optional.empty();
    return new RawRow(row, text, pair, label, header.names());
  }

  private Optional<String> value(int place) throws RowProblem, SQLException {
    if (values.isDamaged(place)) {
      throw new RowProblem(
          row,
          "the bytes of '%s' are not valid UTF-8, which text in Parquet must be; write it anew."
              .formatted(column(place).name()));
    }
    return values.get(place);
  }

  private Optional<String> label(int place) throws RowProblem, SQLException {
    Optional<String> label = value(place);
    if (label.isPresent() && column(place).holdsFloats() && isNoNumber(label.get())) {
      throw new RowProblem(
          row,
          "'%s' must be a string, number or boolean and is %s."
              .formatted(column(place).name(), label.get()));
    }
    return label;
  }

  /** NaN and infinities, however they are written. */
  private static boolean isNoNumber(String value) {
    return value.chars().noneMatch(Character::isDigit);
  }

  private ParquetColumn column(int place) {
    return table.columns().get(header.wanted().get(place));
  }

  @Override
  public void close() throws IOException {
    try {
      values.close();
      table.close();
    } catch (SQLException failure) {
      throw new IOException("its reader does not close", failure);
    }
  }
}
