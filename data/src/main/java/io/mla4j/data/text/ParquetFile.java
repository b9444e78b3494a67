package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Parquet file as an in-memory DuckDB reads it. Columns go by their place: DuckDB's names do not
 * tell capitals from small letters.
 */
final class ParquetFile implements AutoCloseable {

  private static final String OPTIONS = "binary_as_string = true, hive_partitioning = false";

  private final Connection connection;
  private final String place;
  private final List<ParquetColumn> columns;

  private ParquetFile(Path file, Connection connection) throws SQLException {
    this.connection = connection;
    this.place = literal(file);
    this.columns = describe();
  }

  static ParquetFile open(Path file) throws SQLException {
    Connection connection = ParquetLibrary.connect();
    try {
      return new ParquetFile(file, connection);
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }

  /** The file's path as a pattern that only it matches: DuckDB takes every path for a pattern. */
  private static String literal(Path file) {
    String path = file.toAbsolutePath().toString();
    String pattern = path.replaceAll("[\\[*?]", "[$0]");
    boolean split = path.contains("\\") && File.separatorChar != '\\';
    if (split && !pattern.equals(path)) {
      throw new DataException(
          "Parquet cannot be read from %s, whose path has a backslash besides one of [ * ?; move it."
              .formatted(file));
    }
    return pattern;
  }

  /** The columns at the top of the schema, which comes with all that stands within them. */
  private List<ParquetColumn> describe() throws SQLException {
    List<String> types =
        strings("SELECT column_type FROM (DESCRIBE SELECT * FROM %s)".formatted(table("strict")));
    List<String> names = new ArrayList<>();
    try (PreparedStatement schema =
            statement("SELECT name, coalesce(num_children, 0) FROM parquet_schema(?)", 1);
        ResultSet rows = schema.executeQuery()) {
      requireRow(rows);
      for (long left = rows.getLong(2); left > 0; left--) {
        requireRow(rows);
        names.add(rows.getString(1));
        skipChildren(rows);
      }
    }
    if (names.size() != types.size()) {
      throw new SQLException("The schema has other columns than the table.");
    }
    return IntStream.range(0, names.size())
        .mapToObj(i -> new ParquetColumn(names.get(i), types.get(i)))
        .toList();
  }

  private static void skipChildren(ResultSet rows) throws SQLException {
    for (long left = rows.getLong(2); left > 0; left--) {
      requireRow(rows);
      left += rows.getLong(2);
    }
  }

  private static void requireRow(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      throw new SQLException("The schema ends too early.");
    }
  }

  private List<String> strings(String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = statement(query, 1);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }

  private static String table(String validation) {
    return "read_parquet(?, %s, utf8_validation = '%s')".formatted(OPTIONS, validation);
  }

  private PreparedStatement statement(String query, int tables) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(query);
    for (int i = 1; i <= tables; i++) {
      statement.setString(i, place);
    }
    return statement;
  }

  List<ParquetColumn> columns() {
    return columns;
  }

  /** The values of some columns in all rows; it fails at text that is not UTF-8. */
  ParquetValues values(List<Integer> wanted) throws SQLException {
    String query =
        "SELECT %s FROM %s AS t(%s)".formatted(each(wanted, "c%d"), table("strict"), names());
    return new ParquetValues(statement(query, 1), wanted.size(), false);
  }

  /**
   * The values of some columns from a row on, counted from 0, each with whether it is UTF-8. That
   * shows where leaving wrong bytes out and putting something in their place differ, so that the
   * file is read twice.
   */
  ParquetValues checkedValues(List<Integer> wanted, long from) throws SQLException {
    String query =
        "SELECT %s, %s FROM %s AS l(%s) POSITIONAL JOIN %s AS r(%s) OFFSET %d"
            .formatted(
                each(wanted, "l.c%d"),
                each(wanted, "l.c%1$d IS DISTINCT FROM r.c%1$d"),
                table("replace"),
                names(),
                table("ignore"),
                names(),
                from);
    return new ParquetValues(statement(query, 2), wanted.size(), true);
  }

  private String names() {
    return each(IntStream.range(0, columns.size()).boxed().toList(), "c%d");
  }

  private static String each(List<Integer> columns, String pattern) {
    return columns.stream().map(pattern::formatted).collect(Collectors.joining(", "));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
