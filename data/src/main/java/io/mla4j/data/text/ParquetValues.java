package io.mla4j.data.text;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Values of some columns of a Parquet file, a row at a time. */
final class ParquetValues implements AutoCloseable {

  private final PreparedStatement query;
  private final int columns;
  private final boolean checked;
  private Optional<ResultSet> rows = Optional.empty();

  /**
   * The rows of a query, which is run when the first of them is asked for.
   *
   * @param checked whether the query tells of each column, after all values, if its value is
   *     damaged
   */
  ParquetValues(PreparedStatement query, int columns, boolean checked) {
    this.query = query;
    this.columns = columns;
    this.checked = checked;
  }

  boolean isChecked() {
    return checked;
  }

  /** Moves to the next row, if there is one. */
  boolean next() throws SQLException {
    if (rows.isEmpty()) {
      rows = Optional.of(query.executeQuery());
    }
    return rows.get().next();
  }

  /** The row's value in a column, counted from 0. */
  Optional<String> get(int column) throws SQLException {
    return Optional.ofNullable(rows.orElseThrow().getString(column + 1));
  }

  boolean isDamaged(int column) throws SQLException {
    return checked && rows.orElseThrow().getBoolean(columns + column + 1);
  }

  @Override
  public void close() throws SQLException {
    query.close();
  }
}
