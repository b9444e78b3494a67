package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rows of a Parquet file, streamed through an in-memory DuckDB. */
final class ParquetRows implements RowSource {

  private static final String TABLE = "read_parquet(?, binary_as_string = true)";

  private final Path file;
  private final Connection connection;
  private final List<String> names;
  private final Columns columns;
  private final PreparedStatement query;
  private final ResultSet rows;
  private long row;

  private ParquetRows(Path file, Connection connection, Columns columns) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.names = names(connection, file);
    this.columns = columns;
    new Header(file, names, columns);
    this.query = connection.prepareStatement("SELECT " + wanted(columns) + " FROM " + TABLE);
    query.setString(1, file.toString());
    this.rows = query.executeQuery();
  }

  static ParquetRows open(Path file, Columns columns) {
    Connection connection = ParquetLibrary.connect();
    try {
      return new ParquetRows(file, connection, columns);
    } catch (SQLException failure) {
      closeQuietly(connection);
      throw broken(file, failure);
    } catch (DataException failure) {
      closeQuietly(connection);
      throw failure;
    }
  }

  private static List<String> names(Connection connection, Path file) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement describe =
        connection.prepareStatement("DESCRIBE SELECT * FROM " + TABLE)) {
      describe.setString(1, file.toString());
      try (ResultSet columns = describe.executeQuery()) {
        while (columns.next()) {
          names.add(columns.getString(1));
        }
      }
    }
    return List.copyOf(names);
  }

  private static String wanted(Columns columns) {
    List<String> names = new ArrayList<>(List.of(columns.text()));
    columns.pair().ifPresent(names::add);
    columns.label().ifPresent(names::add);
    return names.stream().map(ParquetRows::quoted).collect(Collectors.joining(", "));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public Optional<RawRow> next() throws RowProblem {
    try {
      if (!rows.next()) {
        return Optional.empty();
      }
      row++;
      int next = 1;
      Optional<String> text = value(next++);
      Optional<String> pair = columns.pair().isPresent() ? value(next++) : Optional.empty();
      Optional<String> label = columns.label().isPresent() ? value(next) : Optional.empty();
      return Optional.of(new RawRow(row, text, pair, label, names));
    } catch (SQLException failure) {
      throw broken(file, failure);
    }
  }

  private Optional<String> value(int column) throws SQLException {
    return Optional.ofNullable(rows.getString(column));
  }

  private static DataException broken(Path file, SQLException failure) {
    return new DataException(
        file + " is not a readable Parquet file: " + complaint(failure), failure);
  }

  private static String complaint(SQLException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no detail");
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // The failure that led here is the one to report.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      rows.close();
      query.close();
      connection.close();
    } catch (SQLException failure) {
      throw new IOException("Could not close " + file, failure);
    }
  }
}
