package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in another encoding than the one named. */
class EncodingTest {

  private static final String ROWS = "text,label\nGrüße,a\n漢字,b\n";

  @TempDir Path folder;

  private static String complaint(Path file) {
    return assertThrows(DataException.class, () -> TextSource.of(file).read()).getMessage();
  }

  private static String looksLike(Path file, String encoding, String sign) {
    return "%s is not UTF-8 but looks like %s: %s; name that encoding, or save the file as UTF-8."
        .formatted(file, encoding, sign);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void areNamedByTheirMarkOrTheirZeros(String name) throws IOException {
    Charset encoding = Charset.forName(name);
    for (String ending : new String[] {"csv", "tsv", "json", "jsonl"}) {
      Path file = folder.resolve("rows." + ending);
      Files.write(file, ("\uFEFF" + ROWS).getBytes(encoding));
      String mark = "it starts with that encoding's byte order mark";
      assertEquals(looksLike(file, name, mark), complaint(file));
      Files.write(file, ROWS.getBytes(encoding));
      String zeros = "zero bytes stand between its characters";
      assertEquals(looksLike(file, name, zeros), complaint(file));
    }
    Path file = Files.write(folder.resolve("rows.csv"), ("\uFEFF" + ROWS).getBytes(encoding));
    TextSource named = TextSource.of(file).withEncoding(encoding);
    assertEquals("漢字", named.read().examples().get(1).text());
  }

  @Test
  void areNamedBehindGzip() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(ROWS.getBytes(StandardCharsets.UTF_16LE));
    }
    Path file = Files.write(folder.resolve("rows.csv.gz"), packed.toByteArray());
    String zeros = "zero bytes stand between its characters";
    assertEquals(looksLike(file, "UTF-16LE", zeros), complaint(file));
  }

  @ParameterizedTest
  @CsvSource({"csv, ','", "tsv, '\t'"})
  void inAHeaderAreNotBlamedOnTheFirstRow(String ending, String separator) throws IOException {
    String rows = "text,label,größe\nGruss,a,1\n".replace(",", separator);
    Path file =
        Files.write(folder.resolve("rows." + ending), rows.getBytes(StandardCharsets.ISO_8859_1));
    String sentence =
        file
            + ", line 1, the header: the bytes F6 are not valid UTF-8; save the file in that"
            + " encoding or name the one it has.";
    assertEquals(sentence, complaint(file));
    TextSource skipping = TextSource.of(file).withBadRows(BadRowPolicy.SKIP);
    assertEquals(sentence, assertThrows(DataException.class, skipping::read).getMessage());
  }

  @Test
  void zerosAloneAreNoEncoding() throws IOException {
    Path file = Files.write(folder.resolve("rows.csv"), new byte[300]);
    assertTrue(complaint(file).startsWith(file + " has no column 'text'"), complaint(file));
  }

  @Test
  void aSingleZeroByteIsNoSign() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "text,label\na\0b,c\n");
    assertEquals("a\0b", TextSource.of(file).read().examples().getFirst().text());
  }
}
