package io.mla4j.data.text;

import io.mla4j.data.DataException;
import io.mla4j.files.UnpackedLibrary;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * DuckDB's native library, which reads Parquet. It is unpacked to the folder of temporary files.
 */
public final class ParquetLibrary {

  private static final UnpackedLibrary LIBRARY =
      new UnpackedLibrary("DuckDB's library, which reads Parquet,");

  /** The JVM says why a class could not be made the first time only. */
  private static @Nullable LinkageError first;

  private ParquetLibrary() {}

  /** Starts DuckDB once: why Parquet cannot be read here, as a sentence; empty if it can. */
  public static Optional<String> problem() {
    try {
      connect().close();
      return Optional.empty();
    } catch (DataException failure) {
      return Optional.of(String.valueOf(failure.getMessage()));
    } catch (SQLException failure) {
      return Optional.of("DuckDB does not end: " + UnpackedLibrary.reason(failure) + ".");
    }
  }

  /**
   * A DuckDB in memory.
   *
   * @throws DataException if there can be none
   */
  static Connection connect() {
    Properties options = new Properties();
    options.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    options.setProperty("autoinstall_known_extensions", "false");
    options.setProperty("autoload_known_extensions", "false");
    try {
      return new DuckDBDriver().connect("jdbc:duckdb:", options);
    } catch (SQLException failure) {
      throw new DataException(
          "Parquet cannot be read here: " + UnpackedLibrary.reason(failure) + ".", failure);
    } catch (LinkageError failure) {
      throw new DataException(sentence(firstOf(failure)), failure);
    }
  }

  private static synchronized LinkageError firstOf(LinkageError failure) {
    first = first == null ? failure : first;
    return first;
  }

  private static String sentence(LinkageError failure) {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    return LIBRARY.problem(folder, failure, "-Djava.io.tmpdir");
  }
}
