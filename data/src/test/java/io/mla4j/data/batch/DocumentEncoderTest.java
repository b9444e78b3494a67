package io.mla4j.data.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DocumentEncoderTest {

  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Samples.byteTokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static ContextWindow window(int contextTokens) {
    return ContextWindow.of(tokenizer, contextTokens).withPadId(7);
  }

  private static TextBatch batch(ContextWindow window, String... texts) {
    return new DocumentEncoder(tokenizer, window).batch(List.of(texts));
  }

  private static long[] ids(String row) {
    return row.chars().mapToLong(c -> c == '.' ? 7 : c == '^' ? 1 : Samples.id((char) c)).toArray();
  }

  @Test
  void cutsLongDocumentsIntoChunks() {
    TextBatch batch = batch(window(3), "abcdefg", "h", "ijk");

    assertEquals(3, batch.documents());
    assertEquals(5, batch.chunks());
    assertEquals(3, batch.tokens());
    assertArrayEquals(ids("abc" + "def" + "g.." + "h.." + "ijk"), batch.ids());
    assertArrayEquals(new int[] {3, 3, 1, 1, 3}, batch.lengths());
    assertArrayEquals(new int[] {0, 0, 0, 1, 2}, batch.documentOfChunk());
    assertArrayEquals(new long[] {-1, -1, -1}, batch.labels());
    assertArrayEquals(new int[] {0, 1, 2}, batch.rows());
    assertEquals(11, batch.realTokens());
    assertEquals(15, batch.paddedTokens());
  }

  @Test
  void putsTheClassTokenBeforeEveryChunk() {
    TextBatch batch = batch(window(3).withClsId(1), "abcd", "", "e");

    assertArrayEquals(ids("^ab" + "^cd" + "^.." + "^e."), batch.ids());
    assertArrayEquals(new int[] {3, 3, 1, 2}, batch.lengths());
  }

  @Test
  void isAsWideAsItsLongestChunk() {
    assertEquals(2, batch(window(512), "ab", "c").tokens());
    assertEquals(3, batch(window(512).withClsId(1), "ab", "c").tokens());
  }

  @Test
  void givesAnEmptyDocumentOneToken() {
    TextBatch batch = batch(window(4), "");

    assertArrayEquals(new long[] {7}, batch.ids());
    assertArrayEquals(new int[] {1}, batch.lengths());
  }

  @Test
  void countsWhatIsLeftOut() {
    DocumentEncoder encoder = new DocumentEncoder(tokenizer, window(3).withMaxChunks(2));

    LengthReport report = encoder.lengths(List.of("abcdefgh", "ab", "abcd", ""));

    assertEquals(new LengthReport(4, 14, 2, 1, 2, 6, 6 + 2 + 4 + 1), report);
    assertEquals(
        Optional.of(
            "1 of 4 documents are longer than the context allows; 2 of 14 tokens (14.3 %) are left out."),
        report.warning());
    assertArrayEquals(ids("abc" + "def"), encoder.batch(List.of("abcdefgh")).ids());
  }

  @Test
  void truncatesWhereAskedTo() {
    ContextWindow window = window(3).withLongText(LongText.TRUNCATE);

    assertArrayEquals(ids("abc"), batch(window, "abcdefgh").ids());
    LengthReport report =
        new DocumentEncoder(tokenizer, window).lengths(List.of("abcdefgh", "abc"));
    assertEquals(5, report.cutTokens());
    assertEquals(1, report.cutDocuments());
    assertTrue(new DocumentEncoder(tokenizer, window).lengths(List.of("abc")).warning().isEmpty());
  }

  @Test
  void refusesImpossibleWindows() {
    assertThrows(IllegalArgumentException.class, () -> window(0));
    assertThrows(IllegalArgumentException.class, () -> window(1).withClsId(1));
    assertThrows(IllegalArgumentException.class, () -> window(4).withMaxChunks(0));
    assertThrows(IllegalArgumentException.class, () -> window(4).withPadId(-1));
  }

  @Test
  void aClassTokenThatTheTokenizerAddsIsNotDoubled() {
    try (Tokenizer adding = Samples.classTokenAddingTokenizer()) {
      ContextWindow window = ContextWindow.of(adding, 3).withPadId(7).withClassTokenOf(adding);
      DocumentEncoder encoder = new DocumentEncoder(adding, window);

      TextBatch batch = encoder.batch(List.of("abcd", "", "e"));

      assertArrayEquals(ids("^ab" + "^cd" + "^.." + "^e."), batch.ids());
      assertArrayEquals(new int[] {3, 3, 1, 2}, batch.lengths());
      assertEquals(5, encoder.lengths(List.of("abcd", "", "e")).tokens());
      assertArrayEquals(
          ids("^ab"),
          new DocumentEncoder(adding, ContextWindow.of(adding, 3)).batch(List.of("ab")).ids());
    }
  }

  @Test
  void aClassTokenThatTheTextSpellsStays() {
    assertArrayEquals(ids("^^a"), batch(window(3).withClsId(1), "<cls>a").ids());
  }
}
