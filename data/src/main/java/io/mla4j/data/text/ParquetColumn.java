package io.mla4j.data.text;

import java.util.Set;

/**
 * A column of a Parquet file.
 *
 * @param type as DuckDB names it
 */
record ParquetColumn(String name, String type) {

  /** Of columns without a single value. */
  private static final String NOTHING = "\"NULL\"";

  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT");

  boolean holdsText() {
    return type.equals("VARCHAR") || type.equals("JSON") || type.equals(NOTHING);
  }

  /** Whether it can name classes, as in JSON: strings, numbers and booleans. */
  boolean holdsLabels() {
    return holdsText() || type.equals("BOOLEAN") || isNumber();
  }

  /** Whether NaN and infinities can stand in it. */
  boolean holdsFloats() {
    return type.equals("FLOAT") || type.equals("DOUBLE");
  }

  private boolean isNumber() {
    return WHOLE.contains(type) || holdsFloats() || type.startsWith("DECIMAL");
  }

  /** What it holds, in words. */
  String contents() {
    if (type.endsWith("]")) {
      return "lists";
    }
    if (isNumber()) {
      return "numbers";
    }
    return switch (type.replaceFirst("[( ].*", "")) {
      case "STRUCT" -> "structs";
      case "MAP" -> "maps";
      case "BOOLEAN" -> "booleans";
      case "BLOB" -> "bytes";
      case "DATE" -> "dates";
      case "TIME", "TIME_NS" -> "times of day";
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> "times";
      default -> "values of another type";
    };
  }
}
