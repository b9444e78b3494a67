package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A file format for rows of text. */
public enum TextFormat {
  /** One array of objects. */
  JSON,
  /** One object a line. */
  JSON_LINES,
  /** RFC 4180: commas, fields with commas or line breaks in double quotes. */
  CSV,
  /** Fields separated by tabs, one row a line; quotes have no meaning and stay in the text. */
  TSV,
  /** Apache Parquet. */
  PARQUET;

  private static final String PACKED = ".gz";

  /**
   * Tells the format from a file's extension, before {@code .gz} if it has that.
   *
   * @throws DataException if the extension is none of those known
   */
  public static TextFormat of(Path file) {
    return find(file)
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot tell the format of "
                        + file
                        + " from its name: known endings are .json, .jsonl, .ndjson, .csv, .tsv"
                        + " (each also with .gz) and .parquet; otherwise name the format."));
  }

  /** As {@link #of}; empty if the extension is none of those known. */
  public static Optional<TextFormat> find(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String plain = isPacked(name) ? name.substring(0, name.length() - PACKED.length()) : name;
    return Optional.ofNullable(
        switch (plain.substring(plain.lastIndexOf('.') + 1)) {
          case "json" -> JSON;
          case "jsonl", "ndjson" -> JSON_LINES;
          case "csv" -> CSV;
          case "tsv" -> TSV;
          case "parquet" -> PARQUET;
          default -> null;
        });
  }

  /** Whether a file's name says that it is packed by gzip. */
  static boolean isPacked(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(PACKED);
  }
}
