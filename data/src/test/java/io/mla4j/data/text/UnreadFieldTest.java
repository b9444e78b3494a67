package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in fields that nobody asked for is nobody's business. */
class UnreadFieldTest {

  /** More than FastCSV, and less than Jackson, takes by default. */
  private static final int LONG = 17_000_000;

  @TempDir Path folder;

  private static List<String> texts(Path file, BadRowPolicy badRows) {
    return TextSource.of(file).withBadRows(badRows).read().examples().stream()
        .map(TextExample::text)
        .toList();
  }

  private Path rows(String ending, String odd) throws IOException {
    String first = "{\"text\": \"a\", \"label\": 1}";
    String second = "{\"odd\": " + odd + ", \"text\": \"b\", \"label\": 2}";
    String third = "{\"text\": \"c\", \"label\": 3}";
    List<String> rows = List.of(first, second, third);
    boolean array = ending.equals("json");
    return Files.writeString(
        folder.resolve("rows." + ending),
        array ? "[" + String.join(",\n", rows) + "]" : String.join("\n", rows));
  }

  private static List<String> oddValues() {
    return List.of(
        "NaN",
        "-Infinity",
        "{\"deep\": [Infinity]}",
        "[".repeat(5_000) + "]".repeat(5_000),
        "{\"a\": ".repeat(2_000) + "1" + "}".repeat(2_000),
        "1".repeat(2_000),
        "1." + "0".repeat(2_000),
        "{\"" + "n".repeat(60_000) + "\": 1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "jsonl"})
  void ofJson(String ending) throws IOException {
    for (String odd : oddValues()) {
      assertEquals(List.of("a", "b", "c"), texts(rows(ending, odd), BadRowPolicy.STOP));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "jsonl"})
  void aLabelThatIsNoNumberSpoilsItsRowAlone(String ending) throws IOException {
    Path file = rows(ending, "1");
    Files.writeString(file, Files.readString(file).replace("\"label\": 2", "\"label\": NaN"));
    assertEquals(
        file + ", line 2: 'label' must be a string, number or boolean and is NaN.",
        assertThrows(DataException.class, () -> texts(file, BadRowPolicy.STOP)).getMessage());
    assertEquals(List.of("a", "c"), texts(file, BadRowPolicy.SKIP));
  }

  private Path csv(String name, String header, boolean quoted) throws IOException {
    Path file = folder.resolve(name);
    String quote = quoted ? "\"" : "";
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write(header + "\n1,a,x\n2,b," + quote);
      for (int i = 0; i < LONG / 1_000; i++) {
        out.write("z".repeat(1_000));
      }
      out.write(quote + "\n3,c,y\n");
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofCsv(boolean quoted) throws IOException {
    Path file = csv("unread.csv", "label,text,notes", quoted);
    assertEquals(List.of("a", "b", "c"), texts(file, BadRowPolicy.STOP));
  }

  @Test
  void aLongTextOfCsvIsRead() throws IOException {
    List<String> texts = texts(csv("read.csv", "label,notes,text", true), BadRowPolicy.STOP);
    assertEquals(List.of(1, LONG, 1), texts.stream().map(String::length).toList());
  }

  @Test
  void whatFollowsAClosingQuoteSpoilsItsRowAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("q.csv"), "text,label\n\"a\"b,1\nc,2\n");
    assertEquals(
        file + ", line 2: characters follow the closing quote of field 1.",
        assertThrows(DataException.class, () -> texts(file, BadRowPolicy.STOP)).getMessage());
    TextSource.Contents kept = TextSource.of(file).withBadRows(BadRowPolicy.SKIP).read();
    assertEquals(Optional.of("2"), kept.examples().getFirst().label());
    assertEquals(1, kept.report().skipped());
  }
}
