package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.classification.ClassificationConfig;
import io.mla4j.training.objective.Evaluation;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;
import io.mla4j.training.optimizer.AdamWSettings;
import io.mla4j.training.optimizer.ScheduleKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a run remembers when it was stopped, has ended or has to go back. */
class ResumingTest {

  /** Of {@link TinyTask}'s 15 batches, two a step. */
  private static final int STEPS_PER_EPOCH = 8;

  /** One thread: threads that wait for each other make small steps slow on a busy machine. */
  private final Engine engine = Engines.start("torch", new EngineOptions(Device.CPU, 1));

  private final TinyTask task = new TinyTask();

  @TempDir Path folder;

  private static TrainingConfig config(int epochs, int patience, int checkpointEverySteps) {
    return TrainingConfig.defaults("accuracy")
        .withEpochs(epochs)
        .withOptimizer(new AdamWSettings(3e-3, 0.9, 0.999, 1e-8, 0.01))
        .withRates(new ScheduleConfig(ScheduleKind.COSINE, 0.1))
        .withStep(new StepConfig(2, 1, 0.05))
        .withMonitoring(new MonitoringConfig("accuracy", patience, 0))
        .withRecovery(
            new RecoveryConfig(checkpointEverySteps, RecoveryConfig.NonFinitePolicy.RECOVER))
        .withSeed(7);
  }

  private TrainingRun<TextBatch> run(TextClassifier model, Path run) {
    return task.run(model, run, new ClassificationConfig(0, true));
  }

  /** What one call of {@link Trainer#fit()} did. */
  private record Piece(TrainingOutcome outcome, List<float[]> weights, List<RunEvent> events) {

    List<Long> evaluatedAt() {
      return events.stream()
          .filter(event -> event instanceof RunEvent.Evaluation)
          .map(RunEvent::step)
          .toList();
    }

    RunEvent.Recovery recovery() {
      return events.stream()
          .filter(event -> event instanceof RunEvent.Recovery)
          .map(event -> (RunEvent.Recovery) event)
          .findFirst()
          .orElseThrow();
    }
  }

  /** Trains on; a step may be one to stop after, or one after which the parameters are broken. */
  private Piece train(Path run, TrainingConfig config, int stopAfter, int breakAfter) {
    try (TextClassifier model = task.model(engine)) {
      AtomicReference<Trainer<TextBatch>> trainer = new AtomicReference<>();
      Set<Long> broken = new HashSet<>();
      List<RunEvent> events = new ArrayList<>();
      Consumer<RunEvent> act =
          event -> {
            events.add(event);
            if (event instanceof RunEvent.Step && event.step() == stopAfter) {
              trainer.get().requestStop();
            }
            if (event.step() == breakAfter && broken.add(event.step())) {
              breakParameters(model);
            }
          };
      trainer.set(new Trainer<>(run(model, run), config, observer(act)));
      TrainingOutcome outcome = trainer.get().fit();
      return new Piece(outcome, model.parameters().stream().map(Tensor::toFloats).toList(), events);
    }
  }

  private static TrainingObserver observer(Consumer<RunEvent> act) {
    return new TrainingObserver() {
      @Override
      public void recorded(RunEvent event) {
        act.accept(event);
      }
    };
  }

  private static void breakParameters(TextClassifier model) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = model.parameters().getLast();
      weight.copyInPlace(weight.detach().mul(Double.POSITIVE_INFINITY));
    }
  }

  private static void assertSameWeights(Piece expected, Piece actual) {
    for (int i = 0; i < expected.weights().size(); i++) {
      assertArrayEquals(expected.weights().get(i), actual.weights().get(i));
    }
  }

  @Test
  void aRunThatLostPatienceStaysEnded() {
    Piece first = train(folder, config(40, 2, 100), -1, -1);
    assertEquals(TrainingOutcome.Ending.EARLY_STOPPED, first.outcome().ending());
    List<RunEvent> recorded = RunFolder.read(folder);

    Piece again = train(folder, config(40, 2, 100), -1, -1);
    assertEquals(TrainingOutcome.Ending.EARLY_STOPPED, again.outcome().ending());
    assertEquals(first.outcome().state(), again.outcome().state());
    assertSameWeights(first, again);
    assertEquals(recorded, RunFolder.read(folder));
  }

  @Test
  void theEndIsInTheCheckpointOfTheEvaluationThatBroughtIt() {
    List<Boolean> onDisk = new ArrayList<>();
    TrainingObserver observer =
        new TrainingObserver() {
          @Override
          public void evaluated(TrainingState state, Evaluation evaluation, boolean best) {
            JsonNode progress = progress();
            assertEquals(state.step(), progress.path("step").asLong());
            assertEquals(state.bestStep(), progress.path("bestStep").asLong());
            onDisk.add(progress.path("outOfPatience").asBoolean());
          }
        };
    try (TextClassifier model = task.model(engine)) {
      new Trainer<>(run(model, folder), config(40, 2, 1000), observer).fit();
    }
    assertTrue(onDisk.removeLast());
    assertTrue(onDisk.stream().noneMatch(ended -> ended), onDisk.toString());
  }

  private JsonNode progress() {
    try (TrainingCheckpoint saved =
        TrainingCheckpoint.read(folder.resolve(TrainingCheckpoint.FILE))) {
      return saved.state().path("progress");
    }
  }

  @Test
  void aStopDuringAnEvaluationLosesNeitherStepNorEvaluation() {
    Piece straight = train(folder.resolve("a"), config(3, 0, 1000), -1, -1);
    Path stopped = folder.resolve("b");
    Piece first = train(stopped, config(3, 0, 1000), STEPS_PER_EPOCH, -1);
    assertEquals(TrainingOutcome.Ending.INTERRUPTED, first.outcome().ending());
    assertEquals(List.of(), first.evaluatedAt());

    Piece second = train(stopped, config(3, 0, 1000), -1, -1);
    assertEquals(straight.evaluatedAt(), second.evaluatedAt());
    assertEquals(STEPS_PER_EPOCH + 1, firstStep(second));
    assertSameWeights(straight, second);
  }

  private static long firstStep(Piece piece) {
    return piece.events().stream()
        .filter(event -> event instanceof RunEvent.Step)
        .mapToLong(RunEvent::step)
        .min()
        .orElseThrow();
  }

  @Test
  void goesBackToTheLastEvaluationWhenCheckpointsAreRare() {
    Piece piece = train(folder, config(3, 0, 1000), -1, STEPS_PER_EPOCH + 3);
    assertEquals(STEPS_PER_EPOCH, piece.recovery().step());
  }

  @Test
  void aModelThatDivergedIsNeitherBestNorComeBackTo() {
    Piece piece = train(folder, config(3, 0, 5), -1, STEPS_PER_EPOCH);
    assertEquals(5, piece.recovery().step());
    assertEquals(TrainingOutcome.Ending.COMPLETED, piece.outcome().ending());
    assertTrue(piece.outcome().state().bestScore() > 0.5, piece.outcome().toString());
  }

  @Test
  void aModelThatDivergesAtTheLastStepIsGoneBackFrom() {
    int last = 3 * STEPS_PER_EPOCH;
    Piece piece = train(folder, config(3, 0, 5), -1, last);
    assertEquals(20, piece.recovery().step());
    assertTrue(
        piece.recovery().reason().startsWith("At step 24 the validation loss is NaN"),
        piece.recovery().reason());
    assertEquals(TrainingOutcome.Ending.COMPLETED, piece.outcome().ending());
    assertEquals(last, piece.outcome().state().evaluatedStep());
    for (float[] values : piece.weights()) {
      for (float value : values) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  /** Measures nothing that could be compared, though the model is sound. */
  private record Unmeasured(Objective<TextBatch> inner) implements Objective<TextBatch> {

    private record Nothing() implements Evaluation {
      @Override
      public double loss() {
        return Double.NaN;
      }

      @Override
      public Map<String, Double> figures() {
        return Map.of("loss", Double.NaN);
      }

      @Override
      public long examples() {
        return 0;
      }

      @Override
      public double seconds() {
        return 0;
      }
    }

    @Override
    public double count(TextBatch batch) {
      return inner.count(batch);
    }

    @Override
    public Loss loss(TextBatch batch) {
      return inner.loss(batch);
    }

    @Override
    public Evaluation evaluate(BatchSource<TextBatch> data, LongConsumer progress) {
      return new Nothing();
    }

    @Override
    public List<Monitor> monitors() {
      return inner.monitors();
    }

    @Override
    public List<Tensor> inputVectors() {
      return inner.inputVectors();
    }
  }

  @Test
  void aRunThatCouldNotBeMeasuredKeepsItsLastModelAndSaysSo() {
    for (String call : List.of("straight", "resumed")) {
      List<String> kept = new ArrayList<>();
      try (TextClassifier model = task.model(engine)) {
        TrainingRun<TextBatch> run = run(model, folder);
        TrainingRun<TextBatch> unmeasured =
            new TrainingRun<>(
                model,
                engine,
                new Unmeasured(run.objective()),
                run.train(),
                run.validation(),
                folder,
                () -> kept.add("model"),
                run.provenance());
        new Trainer<>(unmeasured, config(1, 0, 100), TrainingObserver.NONE).fit();
      }
      assertEquals(List.of("model"), kept, call);
    }
    List<RunEvent> events = RunFolder.read(folder);
    assertTrue(
        events.getLast() instanceof RunEvent.Warning warning
            && warning.sentence().contains("the model that is kept is that of the last step, 8"),
        events.getLast().toString());
  }

  @Test
  void aRunWithoutAnyModelToKeepSaysWhy() {
    try (TextClassifier model = task.model(engine)) {
      TrainingRun<TextBatch> run = run(model, folder);
      new Trainer<>(run, config(1, 0, 100), TrainingObserver.NONE).fit();
    }
    damage();
    try (TextClassifier model = task.model(engine)) {
      Trainer<TextBatch> again =
          new Trainer<>(run(model, folder), config(1, 0, 100), TrainingObserver.NONE);
      String sentence = assertThrows(TrainingException.class, again::fit).getMessage();
      assertTrue(sentence.contains("no model to keep"), sentence);
    }
  }

  /** Makes of the checkpoint one that an earlier program left after it diverged at the end. */
  private void damage() {
    Path file = folder.resolve(TrainingCheckpoint.FILE);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    JsonNode state;
    try (TrainingCheckpoint saved = TrainingCheckpoint.read(file)) {
      for (String name : saved.names()) {
        Tensor tensor = saved.read(name, engine);
        tensors.put(name, tensor.mul(name.endsWith("score.bias") ? Double.NaN : 1));
      }
      state = saved.state().deepCopy();
    }
    ((ObjectNode) state.path("progress")).put("bestStep", 0).put("evaluatedStep", 0);
    TrainingCheckpoint.write(file, tensors, state);
  }

  @Test
  void aRunThatWentBackEndsBitIdenticalWhenStopped() {
    Piece straight = train(folder.resolve("a"), config(3, 0, 5), -1, 13);
    Path stopped = folder.resolve("b");
    train(stopped, config(3, 0, 5), 7, 13);
    Piece second = train(stopped, config(3, 0, 5), 17, 13);
    assertEquals(10, second.recovery().step());
    assertEquals(17, second.outcome().state().step());
    assertSameWeights(straight, train(stopped, config(3, 0, 5), -1, -1));
  }

  private Trainer<TextBatch> trainer(
      TextClassifier model, String configuration, Set<String> mayChange) {
    TrainingRun<TextBatch> run = run(model, folder);
    var provenance = JsonMapper.shared().createObjectNode();
    provenance.set("configuration", JsonMapper.shared().readTree(configuration));
    return new Trainer<>(
        new TrainingRun<>(
            model,
            engine,
            run.objective(),
            run.train(),
            run.validation(),
            folder,
            run.keepBest(),
            provenance,
            SettingChanges.free(mayChange)),
        config(1, 0, 100),
        TrainingObserver.NONE);
  }

  @Test
  void refusesToResumeWithOtherSettings() throws IOException {
    try (TextClassifier model = task.model(engine)) {
      trainer(model, "{\"data\": {\"batchSize\": 8, \"seed\": 1}, \"name\": \"a\"}", Set.of())
          .fit();
      byte[] checkpoint = Files.readAllBytes(folder.resolve(TrainingCheckpoint.FILE));
      Trainer<TextBatch> other =
          trainer(
              model,
              "{\"data\": {\"batchSize\": 16, \"seed\": 1}, \"name\": \"b\"}",
              Set.of("name"));
      TrainingException failure = assertThrows(TrainingException.class, other::fit);
      assertTrue(
          failure.getMessage().contains("(data.batchSize was 8 and is 16)"), failure.getMessage());
      assertArrayEquals(checkpoint, Files.readAllBytes(folder.resolve(TrainingCheckpoint.FILE)));
    }
  }

  @Test
  void whatMayChangeMay() {
    try (TextClassifier model = task.model(engine)) {
      trainer(model, "{\"seed\": 1, \"engine\": {\"threads\": 1}}", Set.of()).fit();
      trainer(model, "{\"seed\": 1, \"engine\": {\"threads\": 2}}", Set.of("engine")).fit();
    }
  }

  @Test
  void aSourceThatRunsDryIsAnErrorRatherThanALoop() {
    try (TextClassifier model = task.model(engine)) {
      TrainingRun<TextBatch> run = run(model, folder);
      TrainingRun<TextBatch> shrunk =
          new TrainingRun<>(
              model,
              engine,
              run.objective(),
              new ShrunkSource(task.train, 3),
              run.validation(),
              folder,
              run.keepBest(),
              run.provenance());
      Trainer<TextBatch> trainer = new Trainer<>(shrunk, config(2, 0, 100), TrainingObserver.NONE);
      TrainingException failure = assertThrows(TrainingException.class, trainer::fit);
      assertTrue(
          failure.getMessage().contains("epoch 1 ended after 3 batches of 15"),
          failure.getMessage());
    }
  }
}
