package io.mla4j.data.text;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Rows of a CSV file. */
final class CsvRows implements RowSource {

  private final Path file;
  private final DecodedInput input;
  private final CsvReader<CsvRecord> reader;
  private final CloseableIterator<CsvRecord> records;
  private final Optional<Header> header;
  private Optional<CsvRecord> pending = Optional.empty();

  CsvRows(Path file, DecodedInput input, Columns columns) {
    this.file = file;
    this.input = input;
    this.reader =
        CsvReader.builder()
            .skipEmptyLines(true)
            .allowUnclosedQuote(false)
            .allowExtraCharsAfterClosingQuote(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(input);
    this.records = reader.iterator();
    this.header = record().map(first -> header(first, columns));
  }

  private Header header(CsvRecord first, Columns columns) {
    if (columns.header()) {
      return new Header(file, first.getFields(), columns);
    }
    pending = Optional.of(first);
    return new Header(file, Header.numbered(first.getFieldCount()), columns);
  }

  private Optional<CsvRecord> record() {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (CsvParseException failure) {
      throw new DataException(
          file + " is not a valid CSV file: " + failure.getMessage() + ".", failure);
    }
  }

  @Override
  public Optional<RawRow> next() throws RowProblem {
    Optional<CsvRecord> record = pending.isPresent() ? pending : record();
    pending = Optional.empty();
    if (record.isEmpty() || header.isEmpty()) {
      return Optional.empty();
    }
    long line = record.get().getStartingLineNumber();
    List<String> fields = record.get().getFields();
    input.requireSoundThroughLine(line, line + lineBreaks(fields));
    return Optional.of(header.get().row(line, fields));
  }

  private static long lineBreaks(List<String> fields) {
    long breaks = 0;
    for (String field : fields) {
      for (int i = 0; i < field.length(); i++) {
        char character = field.charAt(i);
        boolean pair = character == '\r' && i + 1 < field.length() && field.charAt(i + 1) == '\n';
        breaks += (character == '\n' || character == '\r') && !pair ? 1 : 0;
      }
    }
    return breaks;
  }

  @Override
  public void close() throws IOException {
    records.close();
    reader.close();
    input.close();
  }
}
