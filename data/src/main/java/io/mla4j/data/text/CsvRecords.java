package io.mla4j.data.text;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The records of CSV text (RFC 4180), one at a time. Lines end with LF, CR or both; empty ones are
 * passed over; a quote within a field that does not start with one is a character like others.
 * Fields that nobody asked for are passed over too, however long they are.
 */
final class CsvRecords {

  /** A longer field makes a bad record rather than an array that the heap may not have. */
  static final int LONGEST_FIELD = 1 << 27;

  private static final int END = -1;
  private static final char SEPARATOR = ',';
  private static final char QUOTE = '"';

  private final Reader input;
  private final int longestField;
  private final char[] buffer = new char[1 << 14];
  private int filled;
  private int position;
  private long line = 1;
  private int last = END;
  private int before = END;
  private IntPredicate kept = column -> true;
  private Optional<String> problem = Optional.empty();

  CsvRecords(Reader input) {
    this(input, LONGEST_FIELD);
  }

  CsvRecords(Reader input, int longestField) {
    this.input = input;
    this.longestField = longestField;
  }

  /** From now on keeps the contents of these columns alone, counted from 0. */
  void keep(IntPredicate columns) {
    kept = columns;
  }

  /**
   * Reads the next record.
   *
   * @return empty after the last
   * @throws UnclosedQuoteException if the file ends within quotes
   */
  Optional<CsvRecord> next() throws IOException {
    int character = read();
    while (endsLine(character) && character != END) {
      countLine(character);
      character = read();
    }
    return character == END ? Optional.empty() : Optional.of(record(character));
  }

  private CsvRecord record(int first) throws IOException {
    long start = line;
    List<String> fields = new ArrayList<>();
    problem = Optional.empty();
    int end = field(fields, first);
    while (end == SEPARATOR) {
      end = field(fields, read());
    }
    CsvRecord record = new CsvRecord(start, line, fields, problem);
    countLine(end);
    return record;
  }

  /** Adds the field that starts with a character; returns the one that ends it. */
  private int field(List<String> fields, int first) throws IOException {
    Field field = new Field(fields.size());
    int character = first;
    if (first == QUOTE) {
      character = quoted(field);
      if (character != SEPARATOR && !endsLine(character)) {
        complain("characters follow the closing quote of field %d.", field.column + 1);
      }
    }
    while (character != SEPARATOR && !endsLine(character)) {
      field.add(character);
      character = read();
    }
    fields.add(field.text.toString());
    return character;
  }

  /** Reads to a field's closing quote; returns the character after it. */
  private int quoted(Field field) throws IOException {
    long opening = line;
    while (true) {
      int character = read();
      if (character == END) {
        throw new UnclosedQuoteException(opening);
      }
      if (character == QUOTE) {
        character = read();
        if (character != QUOTE) {
          return character;
        }
      }
      field.add(character);
      countLine(character);
    }
  }

  private void complain(String sentence, Object... values) {
    problem = problem.or(() -> Optional.of(sentence.formatted(values)));
  }

  private static boolean endsLine(int character) {
    return character == '\n' || character == '\r' || character == END;
  }

  /** Counts the line that the character last read ends, of CR and LF together one. */
  private void countLine(int lastRead) {
    boolean secondHalf = lastRead == '\n' && before == '\r';
    line += (lastRead == '\n' || lastRead == '\r') && !secondHalf ? 1 : 0;
  }

  private int read() throws IOException {
    before = last;
    if (position == filled) {
      filled = Math.max(0, input.read(buffer));
      position = 0;
    }
    last = position < filled ? buffer[position++] : END;
    return last;
  }

  /** What is kept of a field while it is read. */
  private final class Field {

    private final int column;
    private final boolean wanted;
    private final StringBuilder text = new StringBuilder();

    private Field(int column) {
      this.column = column;
      this.wanted = kept.test(column);
    }

    private void add(int character) {
      if (!wanted) {
        return;
      }
      if (text.length() < longestField) {
        text.append((char) character);
      } else if (problem.isEmpty()) {
        complain("field %d is longer than %,d characters.", column + 1, longestField);
      }
    }
  }

  /** The text ends within quotes, so that nobody knows where the record should have ended. */
  static final class UnclosedQuoteException extends IOException {

    private final long line;

    private UnclosedQuoteException(long line) {
      super("A quote is not closed.");
      this.line = line;
    }

    /** Where the quote opens. */
    long line() {
      return line;
    }
  }
}
