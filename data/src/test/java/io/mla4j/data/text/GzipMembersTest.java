package io.mla4j.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipMembersTest {

  @TempDir Path folder;

  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] unpacked(byte[] gzip) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(new ByteArrayInputStream(gzip), 1 << 16);
    try (GzipMembers members = new GzipMembers(bytes)) {
      return members.readAllBytes();
    }
  }

  @Test
  void readsMembersOfEverySize() throws IOException {
    Random random = new Random(3);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    for (int size : new int[] {0, 1, 100_000, 0, 8_072, 65_536, 3}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      plain.writeBytes(content);
      gzip.writeBytes(packed(content));
    }
    assertArrayEquals(plain.toByteArray(), unpacked(gzip.toByteArray()));
    byte[] padded = joined(gzip.toByteArray(), new byte[100_000]);
    assertArrayEquals(plain.toByteArray(), unpacked(padded));
  }

  /** Every byte of the fixed part of the header but its time, which may be any. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aLaterHeaderThatIsBrokenIsAnError(int place) throws IOException {
    byte[] second = packed("{\"text\": \"b\", \"label\": 1}\n".getBytes(StandardCharsets.UTF_8));
    second[place] = (byte) 0xFF;
    byte[] first = packed("{\"text\": \"a\", \"label\": 1}\n".getBytes(StandardCharsets.UTF_8));
    Path file = Files.write(folder.resolve("rows.jsonl.gz"), joined(first, second));

    String complaint =
        assertThrows(DataException.class, () -> TextSource.of(file).read()).getMessage();

    assertEquals(file + " cannot be read: part 2 of its gzip data is damaged.", complaint);
    Path text = Files.write(folder.resolve("book.txt.gz"), joined(first, second));
    assertTrue(
        assertThrows(DataException.class, () -> readThrough(text))
            .getMessage()
            .startsWith(text + " cannot be read: part 2 of"));
  }

  private static void readThrough(Path text) {
    io.mla4j.data.corpus.Corpus.of(text, java.util.function.UnaryOperator.identity()).size();
  }

  @Test
  void saysWhichMemberIsCutOrDamaged() throws IOException {
    byte[] member = packed("some text that is packed".getBytes(StandardCharsets.UTF_8));
    byte[] cut = java.util.Arrays.copyOf(member, member.length - 3);
    assertEquals("its gzip data is cut short", complaint(cut));
    assertEquals("part 2 of its gzip data is cut short", complaint(joined(member, cut)));
    byte[] wrong = member.clone();
    wrong[member.length - 6]++; // in the checksum
    assertEquals("part 2 of its gzip data is damaged", complaint(joined(member, wrong)));
    byte[] rubbish = {0, 0, 7};
    assertEquals(
        "something that is not gzip follows its gzip data", complaint(joined(member, rubbish)));
  }

  private static String complaint(byte[] gzip) {
    return assertThrows(IOException.class, () -> unpacked(gzip)).getMessage();
  }
}
