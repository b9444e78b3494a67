package io.mla4j.models.pair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.data.batch.LongText;
import io.mla4j.data.batch.PairBatch;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Pooling;
import io.mla4j.models.encoder.PositionConfig;
import io.mla4j.models.encoder.Positions;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.FiniteDifferences;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PairRegressorTest {

  private static final double MEAN = 2.5;
  private static final double DEVIATION = 1.25;

  private final Engine torch = Engines.start("torch");

  @TempDir Path folder;

  private static PairRegressorConfig config(Comparison comparison) {
    return new PairRegressorConfig(
        new PairHead(20, MEAN, DEVIATION, comparison),
        EncoderConfig.of(8, 1, new MlaConfig(2, 0, 4, 2, 2, 4, 0)),
        PositionConfig.of(Positions.ROTARY),
        new Window(8, LongText.CHUNK, 2),
        Pooling.MEAN,
        new Regularization(0, 0, 0, 0.5));
  }

  /** Two pairs of texts of 3, 2, 4 and 3 tokens; the second pair is one text twice. */
  private static PairBatch batch() {
    long[] ids = {
      3, 7, 9, 0, //
      4, 8, 2, 0, //
      5, 6, 0, 0, //
      4, 8, 2, 0
    };
    TextBatch texts =
        new TextBatch(
            4,
            4,
            4,
            ids,
            new int[] {3, 3, 2, 3},
            new int[] {0, 1, 2, 3},
            new long[] {-1, -1, -1, -1},
            new int[] {0, 1, 0, 1});
    return new PairBatch(texts, new float[] {1, 4}, new int[] {0, 1});
  }

  private static double[] numbers(PairRegressor model) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad()) {
      return model.forward(batch()).toDoubles();
    }
  }

  @ParameterizedTest
  @EnumSource(Comparison.class)
  void gradientsAreThoseOfFiniteDifferences(Comparison comparison) {
    try (TensorScope scope = TensorScope.open();
        PairRegressor model =
            new PairRegressor(config(comparison), Initializer.random(torch, DType.FLOAT64, 5))) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      model.namedParameters().forEach((name, parameter) -> leaves.put(name, parameter.value()));
      FiniteDifferences.check(torch, leaves, () -> model.forward(batch()).add(-3).square().sum());
    }
  }

  @Test
  void aTextAndItselfHaveACosineOfOne() {
    try (PairRegressor model =
        new PairRegressor(config(Comparison.COSINE), Initializer.random(torch, 5))) {
      double[] numbers = numbers(model);
      // At the start the number is the cosine, in units of the data's spread around its mean.
      assertEquals(MEAN + DEVIATION, numbers[1], 1e-5);
      assertTrue(numbers[0] < numbers[1], numbers[0] + " against " + numbers[1]);
    }
  }

  @Test
  void aBagBesideTheEncoderSeesNoOrderButTheEncoderDoes() {
    try (PairRegressor model =
        new PairRegressor(
            config(Comparison.BAG_AND_FEATURES), Initializer.random(torch, DType.FLOAT64, 5))) {
      double[] numbers = numbers(model);
      double[] table = model.inputVectors().getFirst().toDoubles();
      double cosine = cosine(mean(table, 3, 7, 9), mean(table, 5, 6));
      double corrected = (numbers[0] - MEAN) / DEVIATION - cosine;
      assertTrue(corrected != 0 && Math.abs(corrected) < 0.1, "correction " + corrected);
    }
  }

  @Test
  void theNumbersAreThoseOfTheFolderOnEitherEngine() {
    double[] expected;
    try (PairRegressor model =
        new PairRegressor(config(Comparison.FEATURES), Initializer.random(torch, 5))) {
      expected = numbers(model);
      RegressorFolder files = new RegressorFolder(folder);
      files.files().writeConfig(model.description());
      files.writeWeights(model);
    }
    for (String engine : new String[] {"torch", "native"}) {
      try (Engine started = Engines.start(engine);
          PairRegressor read = new RegressorFolder(folder).read(started)) {
        assertArrayEquals(expected, numbers(read), 1e-5, engine);
      }
    }
    CheckpointException other =
        assertThrows(CheckpointException.class, () -> new ClassifierFolder(folder).readConfig());
    assertTrue(other.getMessage().contains("not a text classifier"), other.getMessage());
  }

  @Test
  void aBagIsTheMeanOfItsVectors() {
    PairRegressorConfig bag = config(Comparison.FEATURES).bagOfVectors();
    try (PairRegressor model = new PairRegressor(bag, Initializer.random(torch, 5))) {
      double[] table = model.inputVectors().getFirst().toDoubles();
      double cosine = cosine(mean(table, 3, 7, 9), mean(table, 5, 6));
      assertEquals(MEAN + DEVIATION * cosine, numbers(model)[0], 1e-5);
    }
  }

  private static double[] mean(double[] table, int... ids) {
    double[] mean = new double[8];
    for (int id : ids) {
      for (int e = 0; e < mean.length; e++) {
        mean[e] += table[id * mean.length + e] / ids.length;
      }
    }
    return mean;
  }

  private static double cosine(double[] u, double[] v) {
    double product = 0;
    double squaresOfU = 0;
    double squaresOfV = 0;
    for (int e = 0; e < u.length; e++) {
      product += u[e] * v[e];
      squaresOfU += u[e] * u[e];
      squaresOfV += v[e] * v[e];
    }
    return product / Math.sqrt(squaresOfU * squaresOfV);
  }

  @Test
  void numbersThatAreAllTheSameTeachNothing() {
    PairRegressorConfig config = config(Comparison.FEATURES);
    String sentence =
        assertThrows(IllegalArgumentException.class, () -> config.resolved(20, new double[] {2, 2}))
            .getMessage();
    assertTrue(sentence.contains("all the same"), sentence);
  }
}
