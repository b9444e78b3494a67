package io.mla4j.training.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.corpus.BlockSettings;
import io.mla4j.data.corpus.Piece;
import io.mla4j.data.corpus.TokenBatch;
import io.mla4j.data.corpus.TokenBlocks;
import io.mla4j.data.corpus.TokenCorpus;
import io.mla4j.data.corpus.TokenWindows;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.NetworksConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.ExpertsConfig;
import io.mla4j.nn.feedforward.RouterConfig;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.objective.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanguageModelingTest {

  private static final int VOCABULARY = 26;

  private final Engine engine = Engines.start("torch");

  @AfterEach
  void close() {
    engine.close();
  }

  private CausalModel model(NetworksConfig networks) {
    CausalConfig small = CausalConfig.defaults().withVocabSize(VOCABULARY);
    CausalConfig config =
        new CausalConfig(
            VOCABULARY,
            16,
            2,
            new MlaConfig(2, 0, 8, 6, 4, 5, 0),
            networks,
            small.positions(),
            1e-6,
            true);
    return new CausalModel(config, Initializer.random(engine, DType.FLOAT64, 3).withDeviation(0.3));
  }

  private CausalModel dense() {
    return model(NetworksConfig.dense(20));
  }

  private static TokenCorpus corpus(String... documents) {
    CharacterVocabulary letters =
        CharacterVocabulary.of(List.of("abcdefghijklmnopqrstuvwxyz"), List.of(), Optional.empty());
    try (Tokenizer tokenizer = letters.tokenizer()) {
      List<Piece> pieces = Arrays.stream(documents).map(Piece::whole).toList();
      return TokenCorpus.encode("test", pieces, tokenizer, done -> {});
    }
  }

  private static TokenBatch only(TokenCorpus corpus, int context) {
    try (BatchIterator<TokenBatch> batches =
        new TokenBlocks(corpus, BlockSettings.consecutive(context, 99), 1).batches(0)) {
      return batches.next();
    }
  }

  /** The negative log-likelihood of a sequence's tokens from one on, each pass by itself. */
  private double[] surprises(CausalModel model, long... ids) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        ForwardPass pass = model.pass(ids.length)) {
      Tensor logits = model.forward(engine.ofLongs(ids, 1, ids.length), pass).squeeze(0);
      double[] all = logits.logSoftmax().toDoubles();
      double[] surprises = new double[ids.length - 1];
      for (int i = 0; i < surprises.length; i++) {
        surprises[i] = -all[i * VOCABULARY + (int) ids[i + 1]];
      }
      return surprises;
    }
  }

  @Test
  void theLossOfPackedDocumentsIsThatOfEachByItself() {
    try (CausalModel model = dense();
        TensorScope scope = TensorScope.open()) {
      TokenBatch batch = only(corpus("abcd", "xy", "hello"), 10);
      LanguageModeling<CausalModel> objective = new LanguageModeling<>(model, engine);
      double sum =
          Arrays.stream(surprises(model, 0, 1, 2, 3)).sum()
              + Arrays.stream(surprises(model, 23, 24)).sum()
              + Arrays.stream(surprises(model, 7, 4, 11, 11, 14)).sum();
      assertEquals(3 + 1 + 4, objective.count(batch));
      Loss loss = objective.loss(batch);
      assertEquals(sum / 8, loss.mean().item(), 1e-12);
      assertEquals(8, loss.count());
      assertTrue(loss.auxiliary().isEmpty() && loss.figures().isEmpty());
    }
  }

  @Test
  void aDocumentDoesNotSeeItsNeighbours() {
    try (CausalModel model = dense();
        TensorScope scope = TensorScope.open()) {
      double[] between = logits(model, only(corpus("abcd", "word", "xyz"), 10), 4, 8);
      double[] others = logits(model, only(corpus("zzzz", "word", "aaa"), 10), 4, 8);
      double[] longer = logits(model, only(corpus("qqqqqqq", "word", "a"), 11), 7, 11);
      assertArrayEquals(between, others, 1e-12);
      assertArrayEquals(between, longer, 1e-12);
    }
  }

  private double[] logits(CausalModel model, TokenBatch batch, int from, int to) {
    var packed = new io.mla4j.tensor.PackedSequences(batch.starts());
    try (ForwardPass pass = model.pass(packed)) {
      Tensor ids = engine.ofLongs(batch.ids(), 1, batch.tokens());
      return model.forward(ids, pass).narrow(1, from, to - from).contiguous().toDoubles();
    }
  }

  @Test
  void aSlidingWindowIsADirectComputation() {
    String text = "thequickbrownfoxjumpsoverthelazydog";
    TokenCorpus corpus = corpus(text);
    long[] ids = text.chars().mapToLong(letter -> letter - 'a').toArray();
    int context = 8;
    try (CausalModel model = dense()) {
      LanguageModeling<CausalModel> objective = new LanguageModeling<>(model, engine);
      for (int stride : new int[] {1, 3, 8}) {
        double expected = 0;
        int foretold = 1;
        for (int from = 0; foretold < ids.length; from += stride) {
          int to = Math.min(ids.length, from + context + 1);
          double[] window = surprises(model, Arrays.copyOfRange(ids, from, to));
          for (; foretold < to; foretold++) {
            expected += window[foretold - from - 1];
          }
        }
        LanguageEvaluation found =
            objective.evaluate(new TokenWindows(corpus, context, stride, 4), done -> {});
        assertEquals(expected, found.nats(), 1e-10, "stride " + stride);
        assertEquals(ids.length - 1, found.examples());
        double bits = expected / Math.log(2) / text.length();
        assertEquals(bits, found.bitsPerByte(), 1e-12);
        assertEquals(Math.exp(expected / (ids.length - 1)), found.perplexity(), 1e-9);
      }
    }
  }

  @Test
  void progressIsToldAndTheModeStays() {
    try (CausalModel model = dense()) {
      model.train(true);
      List<Long> told = new ArrayList<>();
      new LanguageModeling<>(model, engine)
          .evaluate(new TokenWindows(corpus("abcdefghij"), 3, 3, 1), told::add);
      assertEquals(List.of(3L, 6L, 9L), told);
      assertTrue(model.isTraining());
    }
  }

  private static NetworksConfig experts(double biasSpeed) {
    RouterConfig router =
        new RouterConfig(4, 1, RouterConfig.Scoring.SIGMOID, 1, 1, true, 1, true, biasSpeed, 0.01);
    return new NetworksConfig(20, false, Optional.of(new ExpertsConfig(router, 6, 1)), 1);
  }

  @Test
  void theLossesAndLoadsOfExpertsAreTold() {
    try (CausalModel model = model(experts(0.01));
        TensorScope scope = TensorScope.open()) {
      model.train(true);
      TokenCorpus corpus = corpus("thequickbrownfoxjumpsoverthelazydog");
      LanguageModeling<CausalModel> objective = new LanguageModeling<>(model, engine);
      Loss loss = objective.loss(only(corpus, 34));
      assertEquals(List.of("loadBalance"), List.copyOf(loss.auxiliary().keySet()));
      assertTrue(loss.figures().get("expertImbalance") >= 1);
      LanguageEvaluation found =
          objective.evaluate(new TokenWindows(corpus, 34, 34, 1), done -> {});
      List<Double> shares = found.loads().shares().get(1); // the second layer's
      assertEquals(4, shares.size());
      assertEquals(1, shares.stream().mapToDouble(share -> share).sum(), 1e-12);
      assertEquals(found.loads().imbalance(), found.figures().get("expertImbalance"));
    }
  }

  @Test
  void theBiasMovesTowardsBalance() {
    TokenCorpus corpus = corpus("thequickbrownfoxjumpsoverthelazydogandrunsawayfromallthebees");
    TokenWindows windows = new TokenWindows(corpus, 20, 20, 8);
    try (CausalModel model = model(experts(0.02))) {
      LanguageModeling<CausalModel> objective = new LanguageModeling<>(model, engine);
      double before = objective.evaluate(windows, done -> {}).loads().imbalance();
      model.train(true);
      for (int step = 0; step < 60; step++) { // no weight moves, only the bias
        try (TensorScope scope = TensorScope.open()) {
          objective.loss(only(corpus, 20));
        }
        model.stepped();
      }
      double after = objective.evaluate(windows, done -> {}).loads().imbalance();
      assertTrue(before > 1.6, "there is something to balance: " + before);
      assertTrue(after < 1 + (before - 1) / 2, before + " became " + after);
    }
  }
}
