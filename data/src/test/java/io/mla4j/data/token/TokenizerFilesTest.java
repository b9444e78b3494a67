package io.mla4j.data.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files that the native library takes otherwise than they say. Ids that are no file's own are what
 * Python's {@code tokenizers} 0.23.2 gives.
 */
class TokenizerFilesTest {

  private static final String TEXT = "the cat and the hat and the bat";
  private static final BpeVocabulary PAIRS =
      BpeTrainer.train(List.of(TEXT, TEXT), BpeOptions.ofSize(270), BpeProgress.NONE);
  private static final int SIZE = PAIRS.tokens().size();
  private static final String PIECES =
      """
      {"version": "1.0", "added_tokens": [], "decoder": {"type": "Fuse"},
       "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
                 "vocab": [["<unk>", 0], ["a", -1], ["b", -2], ["a", -3], ["c", -3]]}}
      """;

  private static String changed(String json, Consumer<ObjectNode> change) {
    ObjectNode file = (ObjectNode) JsonMapper.shared().readTree(json);
    change.accept(file);
    return file.toString();
  }

  private static String pairs(Consumer<ObjectNode> change) {
    return changed(PAIRS.json(), change);
  }

  private static Consumer<ObjectNode> adding(String content, int id) {
    return file ->
        ((ArrayNode) file.get("added_tokens"))
            .addObject()
            .put("id", id)
            .put("content", content)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
  }

  private static ObjectNode model(ObjectNode file) {
    return (ObjectNode) file.get("model");
  }

  private static Consumer<ObjectNode> adding(String processor) {
    return file -> file.set("post_processor", JsonMapper.shared().readTree(processor));
  }

  private static Consumer<ObjectNode> beginning(String token, int id) {
    return adding(
        """
        {"type": "TemplateProcessing", "pair": [],
         "single": [{"SpecialToken": {"id": "%1$s", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}],
         "special_tokens": {"%1$s": {"id": "%1$s", "ids": [%2$d], "tokens": ["%1$s"]}}}
        """
            .formatted(token, id));
  }

  private static void assertIds(String json, String text, int... ids) {
    try (Tokenizer tokenizer = Tokenizer.parse(json)) {
      assertArrayEquals(ids, tokenizer.encode(text), text);
      assertArrayEquals(new int[][] {ids}, tokenizer.encodeAll(List.of(text)));
      IntStream.of(ids).forEach(id -> assertTrue(id < tokenizer.vocabularySize()));
      assertEquals(text, tokenizer.decode(ids, false));
    }
  }

  private static void assertRefused(String json, String reason) {
    String sentence =
        assertThrows(DataException.class, () -> Tokenizer.parse(json).close()).getMessage();
    assertEquals("The given text is not a usable tokenizer: " + reason, sentence);
  }

  @ParameterizedTest
  @CsvSource({"0.5", "1.0"})
  void dropsNoPairs(double dropout) {
    String json = pairs(file -> model(file).put("dropout", dropout));
    try (Tokenizer plain = PAIRS.tokenizer();
        Tokenizer dropping = Tokenizer.parse(json)) {
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(plain.encode(TEXT), dropping.encode(TEXT));
        assertArrayEquals(plain.encodeAll(List.of(TEXT)), dropping.encodeAll(List.of(TEXT)));
      }
    }
  }

  @Test
  void addedTokensHaveTheIdsOfTheFile() {
    int gap = SIZE + 5;
    assertIds(pairs(adding("<a>", gap).andThen(adding("<b>", SIZE))), "<a><b><a>", gap, SIZE, gap);
    assertIds(pairs(adding("<a>", SIZE + 1).andThen(adding("<b>", SIZE))), "<a>", SIZE + 1);
    assertIds(pairs(adding("<a>", SIZE).andThen(adding("<b>", SIZE + 1))), "<b>", SIZE + 1);
    assertIds(pairs(adding("", SIZE).andThen(adding("<b>", SIZE + 1))), "<b>", SIZE + 1);
  }

  @Test
  void anAddedTokenMayFillAGapOfTheVocabulary() {
    Consumer<ObjectNode> moved =
        file -> ((ObjectNode) model(file).get("vocab")).put(PAIRS.tokens().getLast(), SIZE + 9);
    assertIds(pairs(moved.andThen(adding("<a>", SIZE - 1))), "<a>", SIZE - 1);
    assertIds(pairs(moved.andThen(adding("<a>", SIZE + 10))), "<a>", SIZE + 10);
  }

  @Test
  void aTokenHasOneIdAndAnIdOneToken() {
    assertRefused(pairs(adding("<cls>", 300)), "it gives the token '<cls>' two ids, 1 and 300.");
    assertRefused(pairs(adding("<a>", 1)), "it gives the id 1 to two tokens, '<cls>' and '<a>'.");
    assertRefused(
        pairs(adding("<a>", 300).andThen(adding("<b>", 300))),
        "it gives the id 300 to two tokens, '<a>' and '<b>'.");
  }

  @Test
  void aRepeatedPieceTakesAnIdAsWell() {
    assertIds(PIECES, "abc", 3, 2, 4);
    try (Tokenizer tokenizer = Tokenizer.parse(PIECES)) {
      assertEquals(5, tokenizer.vocabularySize());
      assertEquals(OptionalInt.of(3), tokenizer.id("a"));
      assertEquals(OptionalInt.of(4), tokenizer.id("c"));
    }
    assertIds(changed(PIECES, adding("<a>", 6).andThen(adding("<b>", 5))), "b<a><b>", 2, 6, 5);
    assertRefused(
        changed(PIECES, adding("<a>", 6)),
        "the ids of its added tokens leave gaps after its 5 pieces; add tokens with the ids between.");
  }

  @Test
  void anEmptyTextHasWhatThePostProcessorAddsAndNothingElse() {
    String prefixed =
        pairs(file -> ((ObjectNode) file.get("pre_tokenizer")).put("add_prefix_space", true));
    for (String json : List.of(PAIRS.json(), prefixed)) {
      assertIds(json, "");
    }
    try (Tokenizer tokenizer = Tokenizer.parse(pairs(beginning("<cls>", 1)))) {
      assertArrayEquals(new int[] {1}, tokenizer.encode(""));
      assertArrayEquals(new int[][] {{}}, tokenizer.encodeAll(List.of(""), false));
    }
  }

  @Test
  void aPostProcessorAddsTokensOfTheVocabularyOnly() {
    assertRefused(
        pairs(beginning("<s>", 900)),
        "its post-processor adds the id 900, but the largest id is %d.".formatted(SIZE - 1));
    assertRefused(
        pairs(
            adding(
                """
                {"type": "RobertaProcessing", "sep": ["<pad>", 0], "cls": ["<s>", 4000],
                 "trim_offsets": true, "add_prefix_space": false}
                """)),
        "its post-processor adds the id 4000, but the largest id is %d.".formatted(SIZE - 1));
  }
}
