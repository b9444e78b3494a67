package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.Batch;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.DocumentEncoder;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.training.classification.Classification;
import io.mla4j.training.classification.ClassificationConfig;
import io.mla4j.training.objective.Evaluation;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;
import io.mla4j.training.optimizer.AdamW;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several batches of unequal counts give the gradients of one batch that holds them all. */
class GradientAccumulationTest {

  private static final int[] ENDS = {0, 3, 4, 11, 16};

  private final Engine engine = Engines.start("torch");
  private final TinyTask task = new TinyTask();

  /** Documents of the training data, with classes that are not equally frequent. */
  private TextBatch batch(int from, int to) {
    List<String> texts =
        task.train.examples().subList(from, to).stream().map(e -> e.text()).toList();
    TextBatch batch = new DocumentEncoder(task.tokenizer, task.train.window()).batch(texts);
    long[] labels = new long[to - from];
    int[] rows = new int[to - from];
    for (int i = 0; i < labels.length; i++) {
      rows[i] = from + i;
      labels[i] = rows[i] % 3 == 0 ? 1 : 0;
    }
    return new TextBatch(
        batch.documents(),
        batch.chunks(),
        batch.tokens(),
        batch.ids(),
        batch.lengths(),
        batch.documentOfChunk(),
        labels,
        rows);
  }

  private TextClassifier model(DType dtype) {
    TextClassifierConfig config;
    try (TextClassifier small = task.model(engine)) {
      config = small.config();
    }
    return new TextClassifier(config, Initializer.random(engine, dtype, 3));
  }

  /** Adds a loss of the model's own, as a router does: here the mean square of its last bias. */
  private record WithAuxiliary(Objective<TextBatch> inner, Tensor bias)
      implements Objective<TextBatch> {

    @Override
    public double count(TextBatch batch) {
      return inner.count(batch);
    }

    @Override
    public Loss loss(TextBatch batch) {
      return inner
          .loss(batch)
          .withAuxiliary("balance", bias.add(1).square().sum().mul(0.5))
          .withFigure("load", 3);
    }

    @Override
    public Evaluation evaluate(BatchSource<TextBatch> data, LongConsumer progress) {
      return inner.evaluate(data, progress);
    }

    @Override
    public List<Monitor> monitors() {
      return inner.monitors();
    }
  }

  private static List<double[]> gradients(
      TrainingStep<TextBatch> step, AdamW optimizer, List<TextBatch> batches) {
    optimizer.clearGradients();
    step.accumulate(batches, 1, new LinkedHashMap<>());
    List<double[]> gradients = new ArrayList<>();
    optimizer.parameters().forEach(p -> gradients.add(p.grad().orElseThrow().toDoubles()));
    return gradients;
  }

  private static double relativeDifference(List<double[]> expected, List<double[]> actual) {
    double difference = 0;
    double norm = 0;
    for (int p = 0; p < expected.size(); p++) {
      for (int i = 0; i < expected.get(p).length; i++) {
        difference += Math.pow(expected.get(p)[i] - actual.get(p)[i], 2);
        norm += Math.pow(expected.get(p)[i], 2);
      }
    }
    return Math.sqrt(difference / norm);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-5, false", "FLOAT32, 1e-5, true", "FLOAT64, 1e-12, true"})
  void fourUnequalBatchesAreAsOne(DType dtype, double tolerance, boolean weighted) {
    try (TextClassifier model = model(dtype);
        AdamW optimizer = new AdamW(model, 1e-3)) {
      Objective<TextBatch> objective =
          new WithAuxiliary(
              Classification.of(model, engine, task.train, new ClassificationConfig(0.1, weighted)),
              model.parameters().getLast());
      TrainingStep<TextBatch> step =
          new TrainingStep<>(engine, objective, optimizer, StepConfig.defaults());
      List<TextBatch> parts = new ArrayList<>();
      for (int i = 1; i < ENDS.length; i++) {
        parts.add(batch(ENDS[i - 1], ENDS[i]));
      }
      List<double[]> whole = gradients(step, optimizer, List.of(batch(0, 16)));
      double difference = relativeDifference(whole, gradients(step, optimizer, parts));
      assertTrue(difference <= tolerance, "relative difference " + difference);
    }
  }

  @Test
  void auxiliaryLossesAreToldAndAdded() {
    try (TextClassifier model = model(DType.FLOAT64);
        AdamW optimizer = new AdamW(model, 1e-3)) {
      Objective<TextBatch> plain =
          Classification.of(model, engine, task.train, ClassificationConfig.defaults());
      Objective<TextBatch> objective = new WithAuxiliary(plain, model.parameters().getLast());
      List<TextBatch> parts = List.of(batch(0, 3), batch(3, 16));
      double without =
          new TrainingStep<>(engine, plain, optimizer, StepConfig.defaults())
              .accumulate(parts, 1, new LinkedHashMap<>());
      Map<String, Double> figures = new LinkedHashMap<>();
      double with =
          new TrainingStep<>(engine, objective, optimizer, StepConfig.defaults())
              .accumulate(parts, 1, figures);
      // The bias is 0 at the start, so that the auxiliary loss is half of how long it is.
      assertEquals(Map.of("balance", 1.0, "load", 3.0), rounded(figures));
      assertEquals(without + 1, with, 1e-12);
    }
  }

  /** A second look that changes nothing: the step's gradients are those of one look. */
  @Test
  void twoLooksAreClippedAsOne() {
    try (TextClassifier model = model(DType.FLOAT64);
        AdamW optimizer = new AdamW(model, 1e-3)) {
      Objective<TextBatch> objective =
          Classification.of(model, engine, task.train, ClassificationConfig.defaults());
      double once = norm(objective, optimizer, 0);
      double twice = norm(objective, optimizer, 1e-12);
      assertEquals(1, twice / once, 1e-6);
    }
  }

  private double norm(Objective<TextBatch> objective, AdamW optimizer, double radius) {
    StepConfig config = new StepConfig(1, 1, radius);
    // The rate is so low that the first call leaves the model to the second as it was.
    optimizer.learningRate(1e-15);
    return new TrainingStep<>(engine, objective, optimizer, config)
        .run(List.of(batch(0, 16)))
        .gradientNorm();
  }

  private static Map<String, Double> rounded(Map<String, Double> figures) {
    Map<String, Double> rounded = new LinkedHashMap<>();
    figures.forEach((name, value) -> rounded.put(name, Math.round(value * 1e9) / 1e9));
    return rounded;
  }

  /** A loss that is the same for every counted thing, for batches that count none at all. */
  private record Counted(Tensor parameter, int[] counts) implements Objective<Counted.Part> {

    record Part(int number) implements Batch {
      @Override
      public int[] rows() {
        return new int[] {number};
      }

      @Override
      public long realTokens() {
        return 1;
      }
    }

    @Override
    public double count(Part part) {
      return counts[part.number()];
    }

    @Override
    public Loss loss(Part part) {
      return Loss.ofSum(parameter.sum().mul(count(part)), count(part));
    }

    @Override
    public Evaluation evaluate(BatchSource<Part> data, LongConsumer progress) {
      throw new UnsupportedOperationException("Nothing is measured here.");
    }

    @Override
    public List<Monitor> monitors() {
      return List.of(Monitor.lower("loss"));
    }
  }

  @Test
  void batchesWithoutAnythingToPredictAreLeftOut() {
    try (TextClassifier model = model(DType.FLOAT32);
        AdamW optimizer = new AdamW(model, 1e-3)) {
      Counted objective = new Counted(model.parameters().getLast(), new int[] {0, 5, 2});
      TrainingStep<Counted.Part> step =
          new TrainingStep<>(engine, objective, optimizer, StepConfig.defaults());
      List<Counted.Part> parts = Arrays.asList(new Counted.Part(0), new Counted.Part(1));
      step.accumulate(parts, 1, new LinkedHashMap<>());
      float[] gradient = model.parameters().getLast().grad().orElseThrow().toFloats();
      assertEquals(1, gradient[0], 1e-6);
      TrainingException nothing =
          assertThrows(
              TrainingException.class,
              () -> step.accumulate(List.of(new Counted.Part(0)), 1, new LinkedHashMap<>()));
      assertTrue(nothing.getMessage().contains("training examples 1"), nothing.getMessage());
    }
  }
}
