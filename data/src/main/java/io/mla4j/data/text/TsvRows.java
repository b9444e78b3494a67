package io.mla4j.data.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Rows of a file with one row a line and tabs between its fields. */
final class TsvRows implements RowSource {

  private final DecodedInput input;
  private final BufferedReader lines;
  private final Optional<Header> header;
  private Optional<String> pending = Optional.empty();
  private long line;

  TsvRows(Path file, DecodedInput input, Columns columns) throws IOException {
    this.input = input;
    this.lines = new BufferedReader(input);
    Optional<String> first = line();
    this.header =
        first.isEmpty() ? Optional.empty() : Optional.of(header(file, first.get(), columns));
  }

  private Header header(Path file, String first, Columns columns) {
    if (columns.header()) {
      Header.requireSound(file, () -> input.requireSoundThroughLine(line, line));
      return new Header(file, fields(first), columns);
    }
    pending = Optional.of(first);
    return new Header(file, Header.numbered(fields(first).size()), columns);
  }

  private static List<String> fields(String row) {
    return List.of(row.split("\t", -1));
  }

  /** The next line that is not blank. */
  private Optional<String> line() throws IOException {
    for (String row = lines.readLine(); row != null; row = lines.readLine()) {
      line++;
      if (!row.isBlank()) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<RawRow> next() throws RowProblem, IOException {
    Optional<String> row = pending.isPresent() ? pending : line();
    pending = Optional.empty();
    if (row.isEmpty() || header.isEmpty()) {
      return Optional.empty();
    }
    input.requireSoundThroughLine(line, line);
    return Optional.of(header.get().row(line, fields(row.get())));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
