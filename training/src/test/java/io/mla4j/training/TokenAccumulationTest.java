package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.corpus.TokenBatch;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.training.language.LanguageModeling;
import io.mla4j.training.optimizer.AdamW;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches of unequally many foretold tokens have the gradients of one batch of them all. */
class TokenAccumulationTest {

  /** Lengths of the sequences of four batches. */
  private static final int[][] LENGTHS = {{3, 9}, {2}, {5, 5, 5}, {13, 4}};

  private final Engine engine = Engines.start("torch");

  @AfterEach
  void close() {
    engine.close();
  }

  /** A sequence's first targets are not to be foretold, as in a sliding window. */
  private static TokenBatch batch(long[] ids, int[] lengths) {
    int[] starts = new int[lengths.length + 1];
    long[] targets = new long[ids.length];
    int predicted = 0;
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
      for (int token = starts[i]; token < starts[i + 1]; token++) {
        boolean ignored = token + 1 == starts[i + 1] || token < starts[i] + lengths[i] / 3;
        targets[token] = ignored ? TokenBatch.IGNORED : ids[token + 1];
        predicted += ignored ? 0 : 1;
      }
    }
    return new TokenBatch(ids, targets, starts, predicted, new int[lengths.length]);
  }

  private static List<double[]> gradients(
      TrainingStep<TokenBatch> step, AdamW optimizer, List<TokenBatch> batches) {
    optimizer.clearGradients();
    step.accumulate(batches, 1, new LinkedHashMap<>());
    List<double[]> gradients = new ArrayList<>();
    for (Tensor parameter : optimizer.parameters()) {
      gradients.add(parameter.grad().orElseThrow().toDoubles());
    }
    return gradients;
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-5", "FLOAT64, 1e-12"})
  void fourUnequalBatchesAreAsOne(DType dtype, double tolerance) {
    CausalConfig config = CausalConfig.defaults().withVocabSize(30);
    Random random = new Random(4);
    List<TokenBatch> parts = new ArrayList<>();
    for (int[] lengths : LENGTHS) {
      long[] ids = random.longs(Arrays.stream(lengths).sum(), 0, 30).toArray();
      parts.add(batch(ids, lengths));
    }
    long[] all = parts.stream().flatMapToLong(part -> Arrays.stream(part.ids())).toArray();
    TokenBatch whole = batch(all, Arrays.stream(LENGTHS).flatMapToInt(IntStream::of).toArray());
    assertEquals(4, parts.stream().mapToInt(TokenBatch::predicted).distinct().count());
    try (CausalModel model = new CausalModel(config, Initializer.random(engine, dtype, 5));
        AdamW optimizer = new AdamW(model, 1e-3)) {
      TrainingStep<TokenBatch> step =
          new TrainingStep<>(
              engine, new LanguageModeling<>(model, engine), optimizer, StepConfig.defaults());
      List<double[]> expected = gradients(step, optimizer, List.of(whole));
      List<double[]> actual = gradients(step, optimizer, parts);
      double difference = 0;
      double norm = 0;
      for (int p = 0; p < expected.size(); p++) {
        for (int i = 0; i < expected.get(p).length; i++) {
          difference += Math.pow(expected.get(p)[i] - actual.get(p)[i], 2);
          norm += Math.pow(expected.get(p)[i], 2);
        }
      }
      assertTrue(norm > 0);
      double relative = Math.sqrt(difference / norm);
      assertTrue(relative <= tolerance, "relative difference " + relative);
    }
  }
}
