package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {

  private static List<CsvRecord> read(String text) throws IOException {
    return all(new CsvRecords(new StringReader(text)));
  }

  private static List<CsvRecord> all(CsvRecords records) throws IOException {
    List<CsvRecord> all = new ArrayList<>();
    for (Optional<CsvRecord> next = records.next(); next.isPresent(); next = records.next()) {
      all.add(next.get());
    }
    return all;
  }

  private static List<List<String>> fields(String text) throws IOException {
    return read(text).stream().map(CsvRecord::fields).toList();
  }

  private static String random(Random random, String characters) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  /** As RFC 4180 writes it: within quotes where it must be, and elsewhere at random. */
  private static String written(String field, Random random) {
    boolean quoted = field.isEmpty() || random.nextBoolean() || field.matches("(?s).*[\",\r\n].*");
    return quoted ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }

  /** Gives one to three characters at a time, as a pipe may. */
  private static Reader trickling(String text) {
    StringReader whole = new StringReader(text);
    return new Reader() {
      private int turn;

      @Override
      public int read(char[] target, int offset, int length) throws IOException {
        return whole.read(target, offset, Math.min(length, 1 + turn++ % 3));
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    Random random = new Random(11);
    String[] ends = {"\n", "\r\n", "\r"};
    for (int run = 0; run < 500; run++) {
      String end = ends[run % 3];
      List<List<String>> rows = new ArrayList<>();
      List<Long> lines = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int row = 1 + random.nextInt(6); row > 0; row--) {
        lines.add(1 + ("|" + text + "|").split("\r\n|\r|\n", -1).length - 1L);
        List<String> fields = new ArrayList<>();
        for (int field = 1 + random.nextInt(4); field > 0; field--) {
          fields.add(random(random, "ab \t\",\n\r😀"));
        }
        rows.add(fields);
        text.append(String.join(",", fields.stream().map(f -> written(f, random)).toList()));
        text.append(end).append(random.nextInt(3) == 0 ? end : "");
      }
      List<CsvRecord> read = all(new CsvRecords(trickling(text.toString())));
      assertEquals(rows, read.stream().map(CsvRecord::fields).toList(), text.toString());
      assertEquals(lines, read.stream().map(CsvRecord::line).toList(), text.toString());
      assertTrue(read.stream().allMatch(record -> record.problem().isEmpty()));
    }
  }

  @Test
  void takesQuotesWithinAFieldAsTheyAre() throws IOException {
    assertEquals(List.of(List.of("5\" wide", "b\"c\"")), fields("5\" wide,b\"c\"\n"));
    assertEquals(List.of(List.of("a", ""), List.of("", "")), fields("a,\n,"));
    assertEquals(List.of(), fields("\n\r\n\n"));
  }

  @Test
  void goesOnAfterCharactersThatFollowAClosingQuote() throws IOException {
    List<CsvRecord> read = read("a,\"b\"c,d\ne,f,g\n");
    assertEquals(
        Optional.of("characters follow the closing quote of field 2."), read.get(0).problem());
    assertEquals(List.of("e", "f", "g"), read.get(1).fields());
    assertEquals(Optional.empty(), read.get(1).problem());
  }

  @Test
  void knowsWhereAQuoteOpensThatNeverCloses() {
    var unclosed =
        assertThrows(
            CsvRecords.UnclosedQuoteException.class, () -> read("a,b\nc,\"d\ne\n\"\",\nf\n"));
    assertEquals(2, unclosed.line());
  }

  @Test
  void goesOnAfterAFieldThatIsTooLong() throws IOException {
    CsvRecords records = new CsvRecords(new StringReader("abcdefgh,b\n\"12345678\",c\nd,e\n"), 7);
    assertEquals(
        Optional.of("field 1 is longer than 7 characters."), records.next().get().problem());
    records.keep(column -> column == 1);
    CsvRecord second = records.next().get();
    assertEquals(List.of("", "c"), second.fields());
    assertEquals(Optional.empty(), second.problem());
    assertEquals(List.of("", "e"), records.next().get().fields());
  }
}
