package io.mla4j.data.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TokenizerTest {

  private static final String SPACED = "the cat and the hat and the bat";
  private static final BpeVocabulary VOCABULARY =
      BpeTrainer.train(List.of(SPACED, SPACED), BpeOptions.ofSize(270), BpeProgress.NONE);

  @TempDir Path folder;

  @Test
  void roundTripsAnyText() {
    try (Tokenizer tokenizer = VOCABULARY.tokenizer()) {
      for (String text :
          List.of(SPACED, "", " ", "😀 漢字 \u0000 \r\n\t", "x".repeat(10_000), "\uFFFD")) {
        assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
      }
      assertEquals("a\uFFFDb", tokenizer.decode(tokenizer.encode("a\uD800b")));
    }
  }

  @Test
  void encodesManyLongTextsAsItDoesEach() {
    try (Tokenizer tokenizer = VOCABULARY.tokenizer()) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        texts.add((i + " " + SPACED + "\n").repeat(i == 4 ? 70_000 : 10_000));
      }
      int[][] ids = tokenizer.encodeAll(texts);
      assertEquals(texts.size(), ids.length);
      for (int i = 0; i < ids.length; i++) {
        assertArrayEquals(tokenizer.encode(texts.get(i)), ids[i]);
      }
      assertEquals(0, tokenizer.encodeAll(List.of()).length);
    }
  }

  @Test
  void knowsItsVocabulary() {
    try (Tokenizer tokenizer = VOCABULARY.tokenizer()) {
      assertEquals(VOCABULARY.tokens().size(), tokenizer.vocabularySize());
      assertEquals(Map.of("<pad>", 0, "<cls>", 1), tokenizer.specialTokens());
      assertEquals(OptionalInt.of(0), tokenizer.padId());
      assertEquals(OptionalInt.of(1), tokenizer.clsId());
      assertEquals(OptionalInt.empty(), tokenizer.id("no such token"));
      assertTrue(tokenizer.id("Ġthe").isPresent());
    }
  }

  @Test
  void writesTheFileItWasReadFrom() throws IOException {
    Path first = folder.resolve("tokenizer.json");
    Path second = folder.resolve("copy").resolve("tokenizer.json");
    VOCABULARY.write(first);

    try (Tokenizer tokenizer = Tokenizer.load(first)) {
      tokenizer.write(second);
    }

    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void neitherCutsNorPadsWhateverTheFileSays() {
    ObjectNode file = (ObjectNode) JsonMapper.shared().readTree(VOCABULARY.json());
    file.putObject("truncation")
        .put("direction", "Right")
        .put("max_length", 3)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    ObjectNode padding = file.putObject("padding");
    padding.putObject("strategy").put("Fixed", 64);
    padding.put("direction", "Right").putNull("pad_to_multiple_of");
    padding.put("pad_id", 0).put("pad_type_id", 0).put("pad_token", "<pad>");

    try (Tokenizer limited = Tokenizer.parse(file.toString());
        Tokenizer plain = VOCABULARY.tokenizer()) {
      String text = SPACED.repeat(40);
      assertArrayEquals(plain.encode(text), limited.encode(text));
      assertArrayEquals(plain.encode("a"), limited.encode("a"));
      assertArrayEquals(
          new int[][] {plain.encode(text), plain.encode("a")},
          limited.encodeAll(List.of(text, "a")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model': {'vocab': {'a': 'x'}}}",
        "{'model': {'vocab': {'a': -1}}}",
        "{'model': {'vocab': {'a': 2147483647}}}",
        "{'model': {'vocab': {'a': 1e99}}}",
        "{'model': {'vocab': {'a': 0}}, 'added_tokens': [{'content': 'b'}]}",
        "{'model': {'vocab': {'a': 0}}, 'added_tokens': [{'content': [], 'id': 1}]}",
        "{'model': {'vocab': [[{}, 0]]}}"
      })
  void namesAWrongEntry(String json) {
    String sentence =
        assertThrows(DataException.class, () -> Tokenizer.parse(json.replace('\'', '"')))
            .getMessage();
    assertTrue(sentence.contains(" is not a tokenizer: "), sentence);
    assertTrue(sentence.endsWith(".") && sentence.lines().count() == 1, sentence);
  }

  @Test
  void addsWhatThePostProcessorAdds() {
    ObjectNode file = (ObjectNode) JsonMapper.shared().readTree(VOCABULARY.json());
    file.set(
        "post_processor",
        JsonMapper.shared()
            .readTree(
                """
                {"type": "TemplateProcessing", "pair": [],
                 "single": [{"SpecialToken": {"id": "<cls>", "type_id": 0}},
                            {"Sequence": {"id": "A", "type_id": 0}}],
                 "special_tokens": {"<cls>": {"id": "<cls>", "ids": [1], "tokens": ["<cls>"]}}}
                """));

    try (Tokenizer tokenizer = Tokenizer.parse(file.toString());
        Tokenizer without = VOCABULARY.tokenizer()) {
      int[] plain = without.encode("the cat");
      int[] whole = tokenizer.encode("the cat");
      assertEquals(1, whole[0]);
      assertArrayEquals(plain, IntStream.of(whole).skip(1).toArray());
      assertEquals("the cat", tokenizer.decode(whole));
      assertEquals("<cls>the cat", tokenizer.decode(whole, false));
    }
  }

  @Test
  void servesSeveralThreadsUntilItIsClosed() throws Exception {
    Tokenizer tokenizer = VOCABULARY.tokenizer();
    int[] expected = tokenizer.encode(SPACED);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(threads.submit(() -> encodeUntilClosed(tokenizer, expected)));
      }
      Thread.sleep(50);
      tokenizer.close();
      for (Future<Integer> result : results) {
        assertTrue(result.get() >= 0);
      }
    }
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encode("a"));
  }

  private static int encodeUntilClosed(Tokenizer tokenizer, int[] expected) {
    int rounds = 0;
    try {
      while (rounds < 1_000_000) {
        assertArrayEquals(expected, tokenizer.encode(SPACED));
        rounds++;
      }
    } catch (IllegalStateException closed) {
      return rounds;
    }
    return rounds;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "{}",
        "[1, 2]",
        "{\"model\": {\"type\": \"BPE\"}}",
        "{\"model\": {\"type\": \"Odd\", \"vocab\": {\"a\": 0}}}",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"x y\"]}}"
      })
  void refusesAFileThatIsNoTokenizer(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), content);

    DataException failure = assertThrows(DataException.class, () -> Tokenizer.load(file));

    assertTrue(failure.getMessage().startsWith(file + " is not a "), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  void refusesAMissingFileAndIdsItDoesNotHave() {
    Path file = folder.resolve("none.json");
    DataException missing = assertThrows(DataException.class, () -> Tokenizer.load(file));
    assertEquals("There is no tokenizer file " + file + ".", missing.getMessage());
    try (Tokenizer tokenizer = VOCABULARY.tokenizer()) {
      DataException odd =
          assertThrows(DataException.class, () -> tokenizer.decode(new int[] {99_999}));
      assertTrue(odd.getMessage().startsWith("The id 99999 is not in the vocabulary of "));
    }
  }

  @Test
  void aPaddingTokenOutsideTheVocabularyIsRefused() {
    for (int pad : new int[] {-1, 2, 900}) {
      String json = "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 1}}, \"padding\": {\"pad_id\": %d}}";
      DataException refused =
          assertThrows(DataException.class, () -> Tokenizer.parse(json.formatted(pad)));
      assertTrue(refused.getMessage().contains("pad_id is " + pad), refused.getMessage());
    }
  }
}
