package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetReaderTest {

  @TempDir Path folder;

  /** What a query gives, as a file of any name. */
  private Path parquet(String name, String query) throws SQLException, IOException {
    Path plain = folder.resolve("plain");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 2048)"
              .formatted(query, plain));
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.move(plain, file);
  }

  private Path one(String name, String text) throws SQLException, IOException {
    return parquet(name, "SELECT '%s' AS text, 'own' AS label".formatted(text));
  }

  /** The same file with some bytes instead of as many others, wherever those stand. */
  private static Path replaced(Path file, String from, String to) throws IOException {
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    return Files.writeString(file, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
  }

  private static List<TextExample> read(Path file) {
    return TextSource.of(file).read().examples();
  }

  private static String complaint(TextSource source) {
    return assertThrows(DataException.class, source::read).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a[1].parquet", "a*.parquet", "a?.parquet", "a[!b]*/x.parquet", "[].parquet"})
  void aNameIsNoPattern(String name) throws Exception {
    for (String other : List.of("a1.parquet", "a11.parquet", "ac/x.parquet", "[.parquet")) {
      one(other, "other");
    }
    Path file = one(name, "this");
    assertEquals(List.of("this"), read(file).stream().map(TextExample::text).toList());
    Files.delete(file);
    assertEquals("There is no file " + file + ".", complaint(TextSource.of(file)));
  }

  @Test
  void aFolderIsNoColumn() throws Exception {
    Path file = one("label=folder/text=folder/x.parquet", "this");
    assertEquals("this", read(file).getFirst().text());
    assertEquals(Optional.of("own"), read(file).getFirst().label());
    TextSource other = TextSource.of(one("kind=x/x.parquet", "this"));
    assertEquals(
        other.file()
            + " has no column 'kind'; it has text, label. Name the columns that hold the text and"
            + " the label.",
        complaint(other.withColumns(Columns.of("text", "kind"))));
  }

  @ParameterizedTest
  @CsvSource({"text, first", "TEXT, second", "tExt, third"})
  void capitalsTellColumnsApart(String column, String expected) throws Exception {
    Path file =
        parquet(
            "case.parquet", "SELECT 'first' AS text, 'second' AS \"2222\", 'third' AS \"3333\"");
    replaced(replaced(file, "2222", "TEXT"), "3333", "tExt");
    TextSource source = TextSource.of(file).withColumns(Columns.textOnly(column));
    assertEquals(expected, source.read().examples().getFirst().text());
  }

  private static final String TYPES =
      """
      SELECT 'a' AS text, [1, 2] AS list, {'a': 1} AS struct, MAP {'k': 'v'} AS map, 7 AS whole,
          1.5::DOUBLE AS float, 1.50::DECIMAL(4, 2) AS decimal, true AS flag, DATE '2026-01-02' AS day,
          TIMESTAMP '2026-01-02 03:04:05' AS moment, ['x'] AS words
      """;

  @ParameterizedTest
  @CsvSource({
    "list, lists",
    "struct, structs",
    "map, maps",
    "whole, numbers",
    "float, numbers",
    "decimal, numbers",
    "flag, booleans",
    "day, dates",
    "moment, times",
    "words, lists"
  })
  void whatIsNoStringIsNoText(String column, String contents) throws Exception {
    TextSource source = TextSource.of(parquet("types.parquet", TYPES));
    String sentence =
        "%s: the column '%s' must hold strings and holds %s; name another one."
            .formatted(source.file(), column, contents);
    assertEquals(sentence, complaint(source.withColumns(Columns.textOnly(column))));
    assertEquals(
        sentence, complaint(source.withColumns(Columns.textOnly("text").withPair(column))));
  }

  @ParameterizedTest
  @CsvSource({"list, lists", "struct, structs", "map, maps", "day, dates", "moment, times"})
  void whatJsonRefusesAsALabelIsNone(String column, String contents) throws Exception {
    TextSource source = TextSource.of(parquet("types.parquet", TYPES));
    assertEquals(
        "%s: the column '%s' must hold strings, numbers or booleans and holds %s; name another one."
            .formatted(source.file(), column, contents),
        complaint(source.withColumns(Columns.of("text", column))));
  }

  @ParameterizedTest
  @CsvSource({"text, a", "whole, 7", "float, 1.5", "decimal, 1.50", "flag, true"})
  void whatJsonTakesAsALabelIsOne(String column, String label) throws Exception {
    TextSource source = TextSource.of(parquet("types.parquet", TYPES));
    assertEquals(
        Optional.of(label),
        source.withColumns(Columns.of("text", column)).read().examples().getFirst().label());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void aLabelThatIsNoNumberSpoilsItsRowAlone(String value) throws Exception {
    Path file =
        parquet(
            "nan.parquet",
            "SELECT 'a' AS text, 1.0::DOUBLE AS label UNION ALL SELECT 'b', '%s'::DOUBLE"
                .formatted(value));
    assertEquals(
        file + ", line 2: 'label' must be a string, number or boolean and is " + value + ".",
        complaint(TextSource.of(file)));
    assertEquals(1, TextSource.of(file).withBadRows(BadRowPolicy.SKIP).read().report().skipped());
  }

  /** Bytes that are not UTF-8 in rows 2,999 and 5,000 of 6,000, where texts repeat or do not. */
  @ParameterizedTest
  @ValueSource(ints = {7, 10_000})
  void aDamagedTextSpoilsItsRowAlone(int different) throws Exception {
    Path file =
        parquet(
            "damaged.parquet",
            ("SELECT CASE i WHEN 2998 THEN 'caf#1' WHEN 4999 THEN 'caf#2' WHEN 5 THEN 'caf\uFFFD?'"
                    + " ELSE 'row ' || (i %% %d) END AS text, i AS label, 'x#1' AS unread"
                    + " FROM range(6000) t(i)")
                .formatted(different));
    replaced(replaced(file, "#1", "\u00E9 "), "#2", "\u00FF\u00FE");
    String sentence =
        "%s, line %d: the bytes of 'text' are not valid UTF-8, which text in Parquet must be; write"
            + " it anew.";
    assertEquals(sentence.formatted(file, 2999), complaint(TextSource.of(file)));

    TextSource.Contents kept = TextSource.of(file).withBadRows(BadRowPolicy.SKIP).read();

    assertEquals(5_998, kept.examples().size());
    assertEquals(
        List.of(sentence.formatted(file, 2999), sentence.formatted(file, 5000)),
        kept.report().firstProblems());
    for (TextExample example : kept.examples()) {
      int i = (int) example.origin().line() - 1;
      assertEquals(Optional.of(String.valueOf(i)), example.label());
      assertEquals(i == 5 ? "caf\uFFFD?" : "row " + i % different, example.text());
    }
  }

  @Test
  void aDamagedFileIsNotReadOn() throws Exception {
    Path file =
        parquet("hole.parquet", "SELECT 'row ' || i AS text, 'x' AS label FROM range(6000) t(i)");
    byte[] bytes = Files.readAllBytes(file);
    int place = bytes.length / 2;
    java.util.Arrays.fill(bytes, place, place + 3_000, (byte) 0x7F);
    Files.write(file, bytes);
    String complaint = complaint(TextSource.of(file).withBadRows(BadRowPolicy.SKIP));
    String start = file + " is not a readable Parquet file: it is damaged, or packed in an unknown";
    assertEquals(start, complaint.substring(0, start.length()));
  }
}
