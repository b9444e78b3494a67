package io.mla4j.data.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Corpus corpus(Path place) {
    return Corpus.of(place, UnaryOperator.identity());
  }

  private static List<String> documents(Iterable<Piece> pieces) {
    List<String> documents = new ArrayList<>();
    StringBuilder running = new StringBuilder();
    for (Piece piece : pieces) {
      running.append(piece.text());
      if (piece.endsDocument()) {
        documents.add(running.toString());
        running.setLength(0);
      }
    }
    assertEquals(0, running.length());
    return documents;
  }

  /** Lines of words, blank lines, runs of spaces, and characters of two units. */
  private static String prose(int lines) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      for (int word = 0; word < 1 + random.nextInt(9); word++) {
        text.append("word😀".substring(0, 1 + random.nextInt(4))).append(" ".repeat(1 + word % 2));
      }
      text.append(random.nextInt(4) == 0 ? "end\n\n" : "end\n");
    }
    return text.toString();
  }

  @Test
  void piecesAreTheTextAndItsTokens() throws IOException {
    String text = prose(400);
    Path file = file("a.txt", "\uFEFF" + text);
    List<String> pieces = new ArrayList<>();
    try (TextPieces all = new TextPieces(file, StandardCharsets.UTF_8, 300)) {
      all.forEachRemaining(piece -> pieces.add(piece.text()));
    }
    assertTrue(pieces.size() > 20, () -> "pieces: " + pieces.size());
    assertEquals(text, String.join("", pieces));
    try (Tokenizer tokenizer =
        BpeTrainer.train(List.of(text), BpeOptions.ofSize(300), BpeProgress.NONE).tokenizer()) {
      List<Integer> apart = new ArrayList<>();
      for (int[] ids : tokenizer.encodeAll(pieces, false)) {
        for (int id : ids) {
          apart.add(id);
        }
      }
      List<Integer> whole = new ArrayList<>();
      for (int id : tokenizer.encode(text)) {
        whole.add(id);
      }
      assertEquals(whole, apart);
    }
  }

  @Test
  void textWithoutPlacesToCutIsCutBetweenCharacters() throws IOException {
    String text = "😀".repeat(500);
    try (TextPieces all = new TextPieces(file("a.txt", text), StandardCharsets.UTF_8, 101)) {
      StringBuilder joined = new StringBuilder();
      all.forEachRemaining(
          piece -> {
            assertEquals(0, piece.text().length() % 2);
            joined.append(piece.text());
          });
      assertEquals(text, joined.toString());
    }
  }

  @Test
  void filesAndRowsAreDocuments() throws IOException {
    file("b.txt", "second");
    file("a.txt", "first\nof all");
    file("c.jsonl", "{\"text\":\"third\"}\n{\"text\":\"\"}\n{\"text\":\"fourth\"}\n");
    file(".hidden", "no");
    UnaryOperator<io.mla4j.data.text.TextSource> reading =
        source -> source.withColumns(io.mla4j.data.text.Columns.textOnly("text"));
    Corpus all = Corpus.of(folder, reading);
    assertEquals(List.of("first\nof all", "second", "third", "fourth"), documents(all));
    assertEquals(new CorpusSize(4, 12 + 6 + 5 + 6), all.size());
    Corpus.HeldOut parts = all.split(0.4);
    assertEquals(List.of("first\nof all", "second"), documents(parts.train()));
    assertEquals(List.of("third", "fourth"), documents(parts.validation()));
  }

  @Test
  void oneDocumentIsSplitAtACharacter() throws IOException {
    Corpus.HeldOut parts = corpus(file("a.txt", "0123456789")).split(0.1);
    assertEquals(List.of("012345678"), documents(parts.train()));
    assertEquals(List.of("9"), documents(parts.validation()));
    Corpus.HeldOut pair = corpus(file("b.txt", "abc😀def")).split(0.5);
    assertEquals("abc😀", documents(pair.train()).getFirst());
    assertEquals("def", documents(pair.validation()).getFirst());
    assertThrows(DataException.class, () -> corpus(file("c.txt", "x")).split(0.5));
  }

  @Test
  void wrongBytesAndMissingFilesAreNamed() throws IOException {
    Path file = folder.resolve("wrong.txt");
    Files.write(file, new byte[] {'a', 'b', (byte) 0xC3, '('});
    DataException wrong = assertThrows(DataException.class, () -> corpus(file).size());
    assertTrue(wrong.getMessage().contains("UTF-8"), wrong.getMessage());
    assertThrows(DataException.class, () -> corpus(folder.resolve("none.txt")));
  }

  @Test
  void documentsAreEncodedOneAfterAnother() {
    CharacterVocabulary vocabulary =
        CharacterVocabulary.of(List.of("abé"), List.of(BpeOptions.EOS), Optional.empty());
    try (Tokenizer tokenizer = vocabulary.tokenizer()) {
      List<Piece> pieces = List.of(new Piece("a", false), new Piece("b", true), Piece.whole("éa"));
      TokenCorpus corpus = TokenCorpus.encode("test", pieces, tokenizer, done -> {});
      assertEquals(2, corpus.documents());
      assertEquals(3, corpus.start(1));
      assertEquals(6, corpus.tokens());
      assertEquals(5, corpus.bytes());
      StringBuilder ids = new StringBuilder();
      for (int i = 0; i < corpus.tokens(); i++) {
        ids.append(corpus.token(i));
        assertEquals(i < 3 ? 0 : 1, corpus.documentOf(i));
      }
      assertEquals("120310", ids.toString());
    }
  }

  @Test
  void manyTokensAreHeldInTwoBytesOrFour() {
    for (int vocabulary : new int[] {1 << 16, 1 << 17}) {
      TokenStore store = new TokenStore(vocabulary);
      int size = (1 << 20) + 5;
      for (int i = 0; i < size; i++) {
        store.add((int) (i * 31L % vocabulary));
      }
      assertEquals(size, store.size());
      for (int i = 0; i < size; i += 997) {
        assertEquals((int) (i * 31L % vocabulary), store.get(i));
      }
    }
  }
}
