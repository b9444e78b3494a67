package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.causal.Scorer.Scores;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores and perplexities against logits of whole passes, whose softmax is taken here. */
class ScorerTest {

  private static final double TOLERANCE = 1e-5;

  private static Engine engine;
  private static LanguageModel llama;

  @BeforeAll
  static void open() {
    engine = Engines.start("native");
    llama = GoldenModels.open("llama-llama3", engine);
  }

  @AfterAll
  static void close() {
    llama.close();
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "native"})
  void scoresAreLogProbabilitiesOfWhatCame(String engineName) {
    try (Engine started = Engines.start(engineName);
        LanguageModel model = GoldenModels.open("deepseek_v3-sharded", started)) {
      int[] ids = GoldenModels.randomIds(model.model(), 300, 4); // more rows than at once
      double[][] all = GoldenModels.logProbabilities(model.model(), ids);
      Scores scores = new Scorer(model.model()).score(ids, 10);
      assertEquals(ids.length - 1, scores.logProbabilities().length);
      for (int t = 1; t < ids.length; t++) {
        assertEquals(all[t - 1][ids[t]], scores.logProbabilities()[t - 1], TOLERANCE);
      }
      double[] last = all[ids.length - 1];
      double[] sorted = last.clone();
      Arrays.sort(sorted);
      assertEquals(10, scores.next().size());
      for (int i = 0; i < 10; i++) {
        Scorer.Next next = scores.next().get(i);
        assertEquals(sorted[sorted.length - 1 - i], next.logProbability(), TOLERANCE);
        assertEquals(last[next.id()], next.logProbability(), TOLERANCE);
      }
    }
  }

  @Test
  void oneTokenHasNothingBeforeIt() {
    Scores scores = new Scorer(llama.model()).score(new int[] {3}, 100_000);
    assertEquals(0, scores.logProbabilities().length);
    assertEquals(llama.model().config().vocabSize(), scores.next().size());
    assertEquals(0, new Scorer(llama.model()).score(new int[] {3}, 0).next().size());
  }

  @Test
  void refusesWhatCannotBe() {
    Scorer scorer = new Scorer(llama.model());
    refused("0 and 1", () -> scorer.score(new int[0], 1));
    refused("1 and -1", () -> scorer.score(new int[] {1}, -1));
    refused("The sequence has the token 5000", () -> scorer.score(new int[] {1, 5000}, 1));
    refused("two tokens", () -> perplexity(new int[] {1}, 4, 2));
    refused("The text has the token -2", () -> perplexity(new int[] {1, -2}, 4, 2));
    refused("not 4 and 4", () -> perplexity(new int[] {1, 2}, 4, 4));
    refused("not 4 and 0", () -> perplexity(new int[] {1, 2}, 4, 0));
    refused("not 1 and 1", () -> perplexity(new int[] {1, 2}, 1, 1));
  }

  private static void refused(String words, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.contains(words) && message.endsWith("."), message);
  }

  private static Perplexity perplexity(int[] ids, int context, int stride) {
    return Perplexity.of(llama.model(), ids, 77, context, stride, done -> {});
  }

  /** Each token by a pass of its own window: the text from the window's start to the token. */
  @ParameterizedTest
  @CsvSource({
    "40, 64, 32",
    "40, 40, 39",
    "41, 16, 8",
    "41, 16, 15",
    "39, 7, 3",
    "38, 2, 1",
    "2, 2, 1"
  })
  void perplexityIsThatOfEveryTokenInItsWindow(int length, int context, int stride) {
    int[] ids = GoldenModels.randomIds(llama.model(), length, 8);
    double sum = 0;
    for (int t = 1; t < length; t++) {
      int start = 0;
      while (start + context <= t) {
        start += stride; // the first window that reaches the token
      }
      int[] seen = Arrays.copyOfRange(ids, start, t);
      double[][] all = GoldenModels.logProbabilities(llama.model(), seen);
      sum -= all[seen.length - 1][ids[t]];
    }
    Perplexity measured = perplexity(ids, context, stride);
    assertEquals(length - 1, measured.tokens());
    assertEquals(sum / (length - 1), measured.loss(), TOLERANCE);
    assertEquals(Math.exp(sum / (length - 1)), measured.perplexity(), 1e-3);
    assertEquals(sum / Math.log(2) / 77, measured.bitsPerByte(), TOLERANCE);
  }
}
