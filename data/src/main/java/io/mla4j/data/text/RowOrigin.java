package io.mla4j.data.text;

import java.nio.file.Path;

/**
 * Where an example came from.
 *
 * @param line the line its row starts at, from 1; in a Parquet file, the row's number, from 1
 */
public record RowOrigin(Path file, long line) {

  @Override
  public String toString() {
    return file + ", line " + line;
  }
}
