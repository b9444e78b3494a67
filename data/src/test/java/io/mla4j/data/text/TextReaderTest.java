package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReaderTest {

  private static final String TEXT = "Grüße, \"world\" 😀\nsecond line";

  @TempDir Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path file(String name, String text) throws IOException {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<TextExample> read(Path file) {
    return TextSource.of(file).read().examples();
  }

  private static String complaint(TextSource source) {
    return assertThrows(DataException.class, source::read).getMessage();
  }

  private static String content(String extension) {
    return switch (extension) {
      case "json" ->
          """
          [{"text": "plain", "label": 1, "extra": {"a": [1, 2]}},

           {"label": "yes",
            "text": "Grüße, \\"world\\" 😀\\nsecond line"},
           {"text": "", "label": true}
          ]
          """;
      case "jsonl" ->
          """
          {"text": "plain", "label": 1, "extra": {"a": [1, 2]}}

          {"label": "yes", "text": "Grüße, \\"world\\" 😀\\nsecond line"}
          {"text": "", "label": true}
          """;
      case "csv" ->
          """
          id,label,text
          1,1,plain

          2,yes,"Grüße, ""world"" 😀
          second line"
          3,true,""
          """;
      default -> throw new IllegalArgumentException(extension);
    };
  }

  @ParameterizedTest
  @CsvSource({"json, 1, 3, 5", "jsonl, 1, 3, 4", "csv, 2, 4, 6"})
  void readsTextsLabelsAndLines(String extension, long first, long second, long third)
      throws IOException {
    Path file = file("rows." + extension, content(extension));

    List<TextExample> expected =
        List.of(
            new TextExample("plain", Optional.of("1"), new RowOrigin(file, first)),
            new TextExample(TEXT, Optional.of("yes"), new RowOrigin(file, second)),
            new TextExample("", Optional.of("true"), new RowOrigin(file, third)));
    assertEquals(expected, read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "jsonl", "csv"})
  void readsGzipHoweverItsNameIsWritten(String extension) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(content(extension).getBytes(StandardCharsets.UTF_8));
    }
    Path plain = file("rows." + extension, content(extension));
    Path gzip = file("rows." + extension + ".gz", packed.toByteArray());
    Path loud = file("LOUD." + extension.toUpperCase(Locale.ROOT) + ".GZ", packed.toByteArray());

    List<String> texts = read(plain).stream().map(TextExample::text).toList();
    assertEquals(texts, read(gzip).stream().map(TextExample::text).toList());
    assertEquals(texts, read(loud).stream().map(TextExample::text).toList());
  }

  @ParameterizedTest
  @CsvSource({"json, {}", "csv, 'a,b'", "tsv, a"})
  void aRefusedFileIsClosed(String extension, String content) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors), "needs the system's list of open files");
    Path file = file("refused." + extension, content);
    assertThrows(DataException.class, () -> TextSource.of(file).open());
    try (Stream<Path> open = Files.list(descriptors)) {
      assertTrue(open.noneMatch(descriptor -> leadsTo(descriptor, file)));
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file.toRealPath());
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @Test
  void readsTabsWithoutMindingQuotes() throws IOException {
    Path file = file("rows.tsv", "label\ttext\nspam\tsay \"hi\ttoo\nham\t\"quoted\"\n");
    TextSource skipping = TextSource.of(file).withBadRows(BadRowPolicy.SKIP);

    TextSource.Contents contents = skipping.read();

    assertEquals("\"quoted\"", contents.examples().getFirst().text());
    assertEquals(3, contents.examples().getFirst().origin().line());
    assertEquals(
        List.of(file + ", line 2: the row has 3 fields where 2 are expected."),
        contents.report().firstProblems());
  }

  @Test
  void readsTablesWithoutHeaderByNumber() throws IOException {
    Path file = file("rows.tsv", "good film\t1\nbad film\t0\n");

    List<TextExample> examples =
        TextSource.of(file).withColumns(Columns.of("1", "2").withoutHeader()).read().examples();

    assertEquals(
        List.of("good film", "bad film"), examples.stream().map(TextExample::text).toList());
    assertEquals(Optional.of("0"), examples.getLast().label());
  }

  private Path parquet() throws Exception {
    Path file = folder.resolve("rows.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("CREATE TABLE t (\"body text\" VARCHAR, label INTEGER)");
      try (PreparedStatement insert = duck.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
        for (int i = 0; i < 5_000; i++) {
          insert.setString(1, TEXT + i);
          insert.setInt(2, i % 3);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      statement.execute("INSERT INTO t VALUES (NULL, 1)");
      statement.execute("COPY t TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
    }
    return file;
  }

  @Test
  void readsParquet() throws Exception {
    TextSource source =
        TextSource.of(parquet())
            .withColumns(Columns.of("body text", "label"))
            .withBadRows(BadRowPolicy.SKIP);

    TextSource.Contents contents = source.read();

    assertEquals(5_000, contents.examples().size());
    for (int i = 0; i < 5_000; i++) {
      assertEquals(TEXT + i, contents.examples().get(i).text());
      assertEquals(String.valueOf(i % 3), contents.examples().get(i).label().orElseThrow());
      assertEquals(i + 1, contents.examples().get(i).origin().line());
    }
    assertEquals(1, contents.report().skipped());
    assertEquals(
        source.file()
            + " has no column 'text'; it has body text, label. Name the columns that hold"
            + " the text and the label.",
        complaint(TextSource.of(source.file())));
  }

  @Test
  void saysThatParquetIsBroken() throws IOException {
    Path file = file("broken.parquet", "PAR1 not really PAR1");

    assertEquals(
        file + " is not a readable Parquet file: what describes its columns is damaged.",
        complaint(TextSource.of(file)));
    Path cut = file("cut.parquet", "PAR1 and no more");
    assertEquals(
        cut
            + " is not a readable Parquet file: it is cut short, as it does not end with the bytes"
            + " PAR1.",
        complaint(TextSource.of(cut)));
    Path other = file("other.parquet", "text,label");
    assertEquals(
        other
            + " is not a readable Parquet file: it does not start with the bytes PAR1, as they all"
            + " do.",
        complaint(TextSource.of(other)));
  }

  @Test
  void readsOtherEncodings() throws IOException {
    Charset latin = StandardCharsets.ISO_8859_1;
    Path file = file("rows.csv", "text,label\nGrüße,à\n".getBytes(latin));

    TextExample example = TextSource.of(file).withEncoding(latin).read().examples().getFirst();

    assertEquals("Grüße", example.text());
    assertEquals(Optional.of("à"), example.label());
  }

  @Test
  void passesOverTheByteOrderMark() throws IOException {
    assertEquals("a", read(file("rows.csv", "\uFEFFtext,label\na,b\n")).getFirst().text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void passesOverTheByteOrderMarkOfEveryEncoding(String name) throws IOException {
    Charset encoding = Charset.forName(name);
    String mark = name.equals("UTF-16") ? "" : "\uFEFF"; // which its encoder writes itself
    Path csv = file("rows.csv", (mark + "text,label\n\uFEFFa,b\n").getBytes(encoding));
    Path json = file("rows.json", (mark + "[{\"text\":\"a\",\"label\":1}]").getBytes(encoding));

    assertEquals(
        "\uFEFFa", TextSource.of(csv).withEncoding(encoding).read().examples().getFirst().text());
    assertEquals(
        "a", TextSource.of(json).withEncoding(encoding).read().examples().getFirst().text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "tsv", "jsonl"})
  void saysThatAPackedFileIsCutShort(String extension) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("{\"text\": \"a\"}\n".repeat(9).getBytes(StandardCharsets.UTF_8));
    }
    byte[] cut = java.util.Arrays.copyOf(packed.toByteArray(), packed.size() - 12);
    Path file = file("rows." + extension + ".gz", cut);

    assertEquals(
        file + " cannot be read: its gzip data is cut short.", complaint(TextSource.of(file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "jsonl", "csv", "tsv"})
  void namesFileAndLineOfInvalidBytes(String extension) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String[] rows =
        switch (extension) {
          case "json" ->
              new String[] {"[", "{'text':'X','label':'a'},", "{'text':'ok','label':'b'}]"};
          case "jsonl" -> new String[] {"{'text':'ok','label':'a'}", "{'text':'X','label':'a'}"};
          case "csv" -> new String[] {"text,label", "X,a", "ok,b"};
          default -> new String[] {"text\tlabel", "X\ta", "ok\tb"};
        };
    for (String row : rows) {
      byte[] line = (row.replace('\'', '"') + "\n").getBytes(StandardCharsets.ISO_8859_1);
      for (byte value : line) {
        bytes.write(value == 'X' ? 0xE9 : value);
      }
    }
    Path file = file("rows." + extension, bytes.toByteArray());

    assertEquals(
        file
            + ", line 2: the bytes E9 are not valid UTF-8; save the file in that encoding or name"
            + " the one it has.",
        complaint(TextSource.of(file)));
    TextSource.Contents kept = TextSource.of(file).withBadRows(BadRowPolicy.SKIP).read();
    assertEquals(List.of("ok"), kept.examples().stream().map(TextExample::text).toList());
    assertEquals(1, kept.report().skipped());
  }

  @Test
  void findsTheRightRowOfInvalidBytesInALongOneLineArray() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("[".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 20_000; i++) {
      bytes.write((i == 0 ? "" : ",").getBytes(StandardCharsets.UTF_8));
      bytes.write(("{\"text\":\"row " + i + " é").getBytes(StandardCharsets.UTF_8));
      if (i == 9_876) {
        bytes.write(0xFF);
      }
      bytes.write("\",\"label\":\"a\"}".getBytes(StandardCharsets.UTF_8));
    }
    bytes.write("]".getBytes(StandardCharsets.UTF_8));
    Path file = file("rows.json", bytes.toByteArray());

    TextSource.Contents kept = TextSource.of(file).withBadRows(BadRowPolicy.SKIP).read();

    assertEquals(19_999, kept.examples().size());
    assertTrue(kept.examples().stream().noneMatch(example -> example.text().contains("row 9876 ")));
  }

  @Test
  void decodesCharactersThatStraddleItsBuffers() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      rows.append("{\"text\":\"").append("a".repeat(i % 7)).append("😀é漢".repeat(20));
      rows.append("\",\"label\":\"").append(i).append("\"}\n");
    }
    Path file = file("rows.jsonl", rows.toString());

    List<TextExample> examples = read(file);

    for (int i = 0; i < 3_000; i++) {
      assertEquals("a".repeat(i % 7) + "😀é漢".repeat(20), examples.get(i).text());
      assertEquals(i + 1, examples.get(i).origin().line());
    }
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws IOException {
    Path missing = folder.resolve("missing.json");
    assertEquals(
        "There is no file " + missing.toAbsolutePath() + ".", complaint(TextSource.of(missing)));
    Path empty = file("empty.csv", "");
    assertEquals(empty + " is empty.", complaint(TextSource.of(empty)));
    assertEquals(folder + " is a folder; name a file in it.", complaint(TextSource.of(folder)));
    Path odd = file("rows.docx", "x");
    assertTrue(complaint(TextSource.of(odd)).startsWith("Cannot tell the format of " + odd));
    Path notPacked = file("rows.csv.gz", "text,label\n");
    assertEquals(
        notPacked + " is named .gz and is not packed by gzip; unpack it or name it otherwise.",
        complaint(TextSource.of(notPacked)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a.json | []", "b.jsonl | ' '", "c.csv | 'text,label'", "d.tsv | ' '"})
  void saysThatThereAreNoRows(String name, String content) throws IOException {
    Path file = file(name, content);

    assertEquals(file + " holds no rows.", complaint(TextSource.of(file)));
  }

  @Test
  void saysWhyNoRowCanBeUsed() throws IOException {
    Path file = file("rows.jsonl", "{\"texts\": \"a\", \"label\": 1}\n{}\n");

    assertEquals(
        "None of the 2 rows of "
            + file
            + " can be used; the first problem is at "
            + file
            + ", line 1: there is no 'text'; the row has texts, label.",
        complaint(TextSource.of(file).withBadRows(BadRowPolicy.SKIP)));
  }

  @Test
  void namesTheColumnsThereAre() throws IOException {
    Path csv = file("rows.csv", "message,class\nhello,ham\n");
    assertEquals(
        csv
            + " has no column 'text'; it has message, class. Name the columns that hold the text"
            + " and the label.",
        complaint(TextSource.of(csv)));
    Path json = file("rows.json", "[{\"message\": \"hello\", \"class\": \"ham\"}]");
    assertEquals(
        json + ", line 1: there is no 'text'; the row has message, class.",
        complaint(TextSource.of(json)));
    assertEquals(
        "hello",
        TextSource.of(json)
            .withColumns(Columns.textOnly("message"))
            .read()
            .examples()
            .get(0)
            .text());
  }

  @Test
  void stopsAtOrSkipsBadRows() throws IOException {
    String rows =
        """
        {"text": "good", "label": "a"}
        {"text": 7, "label": "a"}
        {"text": "x", "label": null}
        {"text": "x", "label": ["a"]}
        {"text": "x", "label": "a"} trailing
        {"text": "x", "label": "  "}
        [1]
        {"text": "cut
        {"text": "also good", "label": 2.5}
        """;
    Path file = file("rows.jsonl", rows);

    assertEquals(
        file + ", line 2: 'text' must be a string and is a number.",
        complaint(TextSource.of(file)));
    TextSource.Contents kept = TextSource.of(file).withBadRows(BadRowPolicy.SKIP).read();
    assertEquals(
        List.of("good", "also good"), kept.examples().stream().map(TextExample::text).toList());
    assertEquals(2, kept.report().used());
    assertEquals(7, kept.report().skipped());
    assertEquals(5, kept.report().firstProblems().size());
    assertEquals(9, kept.examples().getLast().origin().line());
  }

  @Test
  void saysWhereJsonBreaks() throws IOException {
    Path cut = file("cut.json", "[{\"text\": \"a\", \"label\": 1},\n{\"text\": \"b\"");
    assertEquals(
        cut + ", line 2: not valid JSON; it ends before the value does.",
        complaint(TextSource.of(cut)));
    Path odd = file("odd.json", "[{\"text\": \"a\", \"label\": 1},\n{\"text\": b}]");
    assertEquals(odd + ", line 2: not valid JSON at column 10.", complaint(TextSource.of(odd)));
    Path object = file("object.json", "{\"text\": \"a\"}\n");
    assertTrue(complaint(TextSource.of(object)).contains("is named .jsonl"));
    Path more = file("more.json", "[{\"text\": \"a\", \"label\": 1}]\n[]");
    assertTrue(complaint(TextSource.of(more)).startsWith(more + ", line 2: something follows"));
    Path element = file("element.json", "[\n3]");
    assertEquals(
        element + ", line 2: every element of the array must be an object.",
        complaint(TextSource.of(element)));
  }

  @Test
  void refusesAQuoteThatNeverCloses() throws IOException {
    Path file = file("rows.csv", "text,label\n\"open,a\nmore,b\n");

    assertEquals(
        file + " is not a valid CSV file: the quote that opens in line 2 is never closed.",
        complaint(TextSource.of(file)));
  }

  @Test
  void reportsWhatWasReadSoFar() throws IOException {
    Path file = file("rows.csv", "text,label\na,1\nb\nc,2\n");
    try (TextReader reader = TextSource.of(file).withBadRows(BadRowPolicy.SKIP).open()) {
      reader.next();
      assertEquals(1, reader.report().used());
      assertEquals(0, reader.report().skipped());
      assertEquals("c", reader.next().text());
      assertEquals(1, reader.report().skipped());
    }
  }
}
