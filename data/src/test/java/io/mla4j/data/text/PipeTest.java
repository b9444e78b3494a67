package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.data.DataException;
import io.mla4j.data.corpus.Corpus;
import io.mla4j.data.corpus.Piece;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes through a pipe has no size, and often no name that tells of it. */
@Timeout(60)
class PipeTest {

  @TempDir Path folder;

  private Path pipe(String name) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs pipes with names");
    Path pipe = folder.resolve(name);
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor());
    return pipe;
  }

  private static void write(Path pipe, byte[] content) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Files.write(pipe, content);
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
            });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes(text));
    }
    return packed.toByteArray();
  }

  private static String rows(TextFormat format) {
    return switch (format) {
      case JSON -> "[{\"text\": \"a\", \"label\": 1},{\"text\": \"b\", \"label\": 2}]";
      case JSON_LINES -> "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\", \"label\": 2}\n";
      case CSV -> "text,label\na,1\nb,2\n";
      case TSV -> "text\tlabel\na\t1\nb\t2\n";
      case PARQUET -> "PAR1";
    };
  }

  private static List<String> texts(TextSource source) {
    return source.read().examples().stream().map(TextExample::text).toList();
  }

  @ParameterizedTest
  @CsvSource({"rows.json, JSON", "rows.jsonl, JSON_LINES", "rows.csv, CSV", "rows.tsv, TSV"})
  void rowsAreRead(String name, TextFormat format) throws Exception {
    Path named = pipe(name);
    write(named, bytes(rows(format)));
    assertEquals(List.of("a", "b"), texts(TextSource.of(named)));
    Path nameless = pipe("63");
    write(nameless, packed(rows(format)));
    assertEquals(List.of("a", "b"), texts(TextSource.of(nameless).withFormat(format)));
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes(rows(format)));
    TextSource source = TextSource.of(Path.of("input")).withFormat(format);
    try (TextReader reader = source.open(stream)) {
      assertEquals("a", reader.next().text());
      assertEquals(Path.of("input"), reader.next().origin().file());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "jsonl", "csv", "tsv"})
  void anEmptyPipeHoldsNoRows(String ending) throws Exception {
    Path pipe = pipe("rows." + ending);
    write(pipe, new byte[0]);
    assertEquals(
        pipe + " holds no rows.",
        assertThrows(DataException.class, () -> TextSource.of(pipe).read()).getMessage());
  }

  @Test
  void parquetNeedsAFile() throws Exception {
    Path pipe = pipe("rows.parquet");
    String sentence =
        " is a pipe, and Parquet cannot be read from one, as its table of contents comes last; save"
            + " it to a file first.";
    assertEquals(
        pipe + sentence,
        assertThrows(DataException.class, () -> TextSource.of(pipe).read()).getMessage());
    TextSource stream = TextSource.of(Path.of("Input")).withFormat(TextFormat.PARQUET);
    assertEquals(
        "Input" + sentence,
        assertThrows(DataException.class, () -> stream.open(new ByteArrayInputStream(new byte[0])))
            .getMessage());
  }

  @Test
  void plainTextIsRead() throws Exception {
    Path pipe = pipe("63");
    write(pipe, bytes("Some words.\nMore of them.\n"));
    List<String> pieces = new ArrayList<>();
    for (Piece piece : Corpus.of(pipe, UnaryOperator.identity())) {
      pieces.add(piece.text());
    }
    assertEquals("Some words.\nMore of them.\n", String.join("", pieces));
  }

  @Test
  void whatIsReadMoreThanOnceIsNoPipe() throws Exception {
    Path pipe = pipe("rows.jsonl");
    String sentence =
        pipe + " is a pipe, and what it holds is read more than once; save it to a file first.";
    assertEquals(
        sentence,
        assertThrows(DataException.class, () -> TextSource.of(pipe).requireFile()).getMessage());
    Corpus corpus = Corpus.of(pipe, UnaryOperator.identity());
    assertEquals(sentence, assertThrows(DataException.class, () -> corpus.split(0.1)).getMessage());
  }
}
