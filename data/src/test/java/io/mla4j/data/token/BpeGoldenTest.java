package io.mla4j.data.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against what Python's {@code tokenizers} learns and encodes; see golden/make_golden.py. */
class BpeGoldenTest {

  private static final JsonNode GOLDEN = golden("bpe.json");

  private static JsonNode golden(String name) {
    InputStream file = BpeGoldenTest.class.getResourceAsStream("/golden/" + name);
    return JsonMapper.shared().readTree(file);
  }

  private static BpeVocabulary trained() {
    List<String> corpus =
        StreamSupport.stream(GOLDEN.get("corpus").spliterator(), false)
            .map(JsonNode::asString)
            .toList();
    BpeOptions options = BpeOptions.ofSize(GOLDEN.get("vocabularySize").asInt());
    return BpeTrainer.train(corpus, options, BpeProgress.NONE);
  }

  @Test
  void learnsTheVocabularyAndMergesThatPythonLearns() {
    BpeVocabulary vocabulary = trained();

    Map<String, Integer> expected = new TreeMap<>();
    GOLDEN.get("vocab").properties().forEach(e -> expected.put(e.getKey(), e.getValue().asInt()));
    Map<String, Integer> learned = new TreeMap<>();
    for (String token : vocabulary.tokens()) {
      learned.put(token, learned.size());
    }
    List<BpeVocabulary.Merge> merges = new ArrayList<>();
    for (JsonNode merge : GOLDEN.get("merges")) {
      merges.add(new BpeVocabulary.Merge(merge.get(0).asString(), merge.get(1).asString()));
    }
    assertEquals(merges, vocabulary.merges());
    assertEquals(expected, learned);
  }

  @Test
  void writesTheFileThatPythonLoaded() {
    JsonNode written = JsonMapper.shared().readTree(trained().json());

    assertEquals(golden("ours.tokenizer.json"), written);
  }

  @Test
  void encodesAsPythonDoesWithThatFile() {
    try (Tokenizer tokenizer = trained().tokenizer()) {
      assertTrue(GOLDEN.get("cases").size() > 10);
      for (JsonNode golden : GOLDEN.get("cases")) {
        String text = golden.get("text").asString();
        int[] ids =
            StreamSupport.stream(golden.get("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        assertArrayEquals(ids, tokenizer.encode(text), text);
        assertEquals(text, tokenizer.decode(ids, false));
      }
    }
  }
}
