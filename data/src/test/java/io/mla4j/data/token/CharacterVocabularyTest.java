package io.mla4j.data.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CharacterVocabularyTest {

  private static final String TEXT = "To be,\nor not 😀 to be:\r\n\tthat — is\u00a0  é.";

  @TempDir Path folder;

  @Test
  void everyCodePointIsATokenInTheirOrder() {
    CharacterVocabulary vocabulary =
        CharacterVocabulary.of(List.of("b😀a", "\nb"), List.of(), Optional.empty());
    assertEquals(List.of("\n", "a", "b", "😀"), vocabulary.characters());
    try (Tokenizer tokenizer = vocabulary.tokenizer()) {
      assertEquals(4, tokenizer.vocabularySize());
      assertArrayEquals(new int[] {3, 0, 2, 2, 1}, tokenizer.encode("😀\nbba"));
    }
  }

  @Test
  void aWrittenOneRoundTrips() {
    Path file = folder.resolve("tokenizer.json");
    CharacterVocabulary.of(List.of(TEXT), List.of(BpeOptions.EOS), Optional.empty()).write(file);
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      int[] ids = tokenizer.encode(TEXT);
      assertEquals(TEXT.codePointCount(0, TEXT.length()), ids.length);
      assertEquals(TEXT, tokenizer.decode(ids));
      assertEquals(0, tokenizer.endId().orElseThrow());
    }
  }

  @Test
  void anUnknownCharacterIsRefusedByItsName() {
    try (Tokenizer tokenizer =
        CharacterVocabulary.of(List.of("abc"), List.of(), Optional.empty()).tokenizer()) {
      DataException refused =
          assertThrows(DataException.class, () -> tokenizer.encodeAll(List.of("ab", "aéb")));
      assertTrue(refused.getMessage().contains("'é' (U+00E9)"), refused.getMessage());
      assertThrows(DataException.class, () -> tokenizer.encode("d"));
      assertArrayEquals(new int[] {2, 1}, tokenizer.encode("cb"));
    }
  }

  @Test
  void anUnknownCharacterMayHaveATokenOfItsOwn() {
    CharacterVocabulary vocabulary =
        CharacterVocabulary.of(
            List.of("abc"),
            List.of(CharacterVocabulary.UNKNOWN),
            Optional.of(CharacterVocabulary.UNKNOWN));
    try (Tokenizer tokenizer = vocabulary.tokenizer()) {
      assertArrayEquals(new int[] {1, 0, 2}, tokenizer.encode("aéb"));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new CharacterVocabulary(List.of(), Optional.of("<unk>"), List.of("a")));
  }
}
