package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Rows of a CSV file. */
final class CsvRows implements RowSource {

  private final Path file;
  private final DecodedInput input;
  private final CsvRecords records;
  private final Optional<Header> header;
  private Optional<CsvRecord> pending = Optional.empty();

  CsvRows(Path file, DecodedInput input, Columns columns) throws IOException {
    this.file = file;
    this.input = input;
    this.records = new CsvRecords(input);
    Optional<CsvRecord> first = record();
    this.header = first.isEmpty() ? Optional.empty() : Optional.of(header(first.get(), columns));
    header.ifPresent(found -> records.keep(Set.copyOf(found.wanted())::contains));
  }

  private Header header(CsvRecord first, Columns columns) {
    if (columns.header()) {
      Header.requireSound(file, () -> requireSound(first));
      return new Header(file, first.fields(), columns);
    }
    pending = Optional.of(first);
    return new Header(file, Header.numbered(first.fields().size()), columns);
  }

  private Optional<CsvRecord> record() throws IOException {
    try {
      return records.next();
    } catch (CsvRecords.UnclosedQuoteException unclosed) {
      throw new DataException(
          "%s is not a valid CSV file: the quote that opens in line %d is never closed."
              .formatted(file, unclosed.line()),
          unclosed);
    }
  }

  private void requireSound(CsvRecord record) throws RowProblem {
    input.requireSoundThroughLine(record.line(), record.lastLine());
    if (record.problem().isPresent()) {
      throw new RowProblem(record.line(), record.problem().get());
    }
  }

  @Override
  public Optional<RawRow> next() throws RowProblem, IOException {
    Optional<CsvRecord> record = pending.isPresent() ? pending : record();
    pending = Optional.empty();
    if (record.isEmpty() || header.isEmpty()) {
      return Optional.empty();
    }
    requireSound(record.get());
    return Optional.of(header.get().row(record.get().line(), record.get().fields()));
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
