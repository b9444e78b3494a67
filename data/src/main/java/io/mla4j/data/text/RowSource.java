package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.util.Optional;

/** The rows of one open file, in order. */
interface RowSource extends AutoCloseable {

  /**
   * Reads the next row.
   *
   * @return empty after the last
   * @throws RowProblem if this row is bad; the next call reads the one after it
   * @throws DataException if the file cannot be read on
   */
  Optional<RawRow> next() throws RowProblem, IOException;

  @Override
  void close() throws IOException;
}
