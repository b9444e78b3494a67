package io.mla4j.data.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.token.BpeVocabulary.Merge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {

  private static BpeVocabulary train(List<String> texts, BpeOptions options) {
    return BpeTrainer.train(texts, options, BpeProgress.NONE);
  }

  /** Counts all pairs anew before every merge. */
  private static List<Merge> slowly(List<String> words, int merges, long minFrequency) {
    List<List<String>> state = new ArrayList<>();
    words.forEach(word -> state.add(new ArrayList<>(List.of(word.split("")))));
    List<String> order = new ArrayList<>(ByteAlphabet.sorted());
    List<Merge> found = new ArrayList<>();
    while (found.size() < merges) {
      Map<Merge, Long> counts = new HashMap<>();
      for (List<String> word : state) {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(new Merge(word.get(i), word.get(i + 1)), 1L, Long::sum);
        }
      }
      Merge best = null;
      for (Merge pair : counts.keySet()) {
        if (best == null || better(pair, best, counts, order)) {
          best = pair;
        }
      }
      if (best == null || counts.get(best) < minFrequency) {
        break;
      }
      found.add(best);
      if (!order.contains(best.left() + best.right())) {
        order.add(best.left() + best.right());
      }
      for (List<String> word : state) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.get(i).equals(best.left()) && word.get(i + 1).equals(best.right())) {
            word.set(i, best.left() + best.right());
            word.remove(i + 1);
          }
        }
      }
    }
    return found;
  }

  private static boolean better(
      Merge pair, Merge best, Map<Merge, Long> counts, List<String> order) {
    long more = counts.get(pair) - counts.get(best);
    int left = order.indexOf(pair.left()) - order.indexOf(best.left());
    int right = order.indexOf(pair.right()) - order.indexOf(best.right());
    return more > 0 || more == 0 && (left < 0 || left == 0 && right < 0);
  }

  @Test
  void joinsWhatCountingAnewWouldJoin() {
    Random random = new Random(11);
    for (int round = 0; round < 30; round++) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(12); length >= 0; length--) {
          word.append((char) ('a' + random.nextInt(1 + round % 4)));
        }
        words.add(word.toString());
      }

      BpeVocabulary learned = train(words, BpeOptions.ofSize(10_000));

      assertEquals(slowly(words, 10_000, 2), learned.merges());
    }
  }

  @Test
  void stopsAtTheVocabularySizeAndTheLeastFrequency() {
    List<String> texts = List.of("low lower lowest newest widest low low");

    assertEquals(260, train(texts, BpeOptions.ofSize(260)).tokens().size());
    assertEquals(
        List.of(new Merge("l", "o"), new Merge("lo", "w")),
        train(texts, BpeOptions.ofSize(1_000).withMinFrequency(5)).merges());
    assertEquals(258, train(List.of(), BpeOptions.ofSize(1_000)).tokens().size());
  }

  @Test
  void putsSpecialTokensFirst() {
    BpeVocabulary vocabulary =
        train(List.of("a"), BpeOptions.ofSize(300).withSpecialTokens(List.of("[PAD]", "[UNK]")));

    assertEquals(List.of("[PAD]", "[UNK]", "!"), vocabulary.tokens().subList(0, 3));
  }

  @Test
  void readsNoMoreThanItMay() {
    List<String> texts = List.of("abababab", "cdcdcdcd");

    BpeVocabulary vocabulary = train(texts, BpeOptions.ofSize(1_000).withMaxCharacters(8));

    assertTrue(vocabulary.tokens().contains("ab"));
    assertTrue(!vocabulary.tokens().contains("cd"));
  }

  @Test
  void countsAnEndlessWordInPieces() {
    BpeVocabulary vocabulary = train(List.of("x".repeat(2_000_000)), BpeOptions.ofSize(300));

    assertTrue(vocabulary.tokens().contains("x".repeat(256)));
    assertTrue(vocabulary.tokens().stream().allMatch(token -> token.length() <= 256));
  }

  @Test
  void reportsProgress() {
    List<BpeProgress.Stage> stages = new ArrayList<>();
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add(Long.toString(random.nextLong(), 36).repeat(1_000) + " ");
    }

    BpeTrainer.train(
        texts,
        BpeOptions.ofSize(400),
        (stage, done, total) -> {
          stages.add(stage);
          assertTrue(done > 0 && done <= total);
        });

    assertTrue(stages.contains(BpeProgress.Stage.READING));
    assertTrue(stages.contains(BpeProgress.Stage.MERGING));
  }

  @Test
  void refusesImpossibleOptions() {
    assertThrows(IllegalArgumentException.class, () -> BpeOptions.ofSize(257));
    assertThrows(
        IllegalArgumentException.class,
        () -> BpeOptions.ofSize(300).withSpecialTokens(List.of("<a>", "<a>")));
    assertThrows(IllegalArgumentException.class, () -> BpeOptions.ofSize(300).withMinFrequency(0));
  }
}
