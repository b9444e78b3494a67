package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.classification.ClassificationConfig;
import io.mla4j.training.optimizer.AdamWSettings;
import io.mla4j.training.optimizer.ScheduleKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {

  private final Engine engine = Engines.start("torch");
  private final TinyTask task = new TinyTask();

  @TempDir Path folder;

  private static TrainingConfig config(
      int epochs, double rate, double clip, RecoveryConfig.NonFinitePolicy policy) {
    return TrainingConfig.defaults("accuracy")
        .withEpochs(epochs)
        .withOptimizer(new AdamWSettings(rate, 0.9, 0.999, 1e-8, 0.01))
        .withRates(new ScheduleConfig(ScheduleKind.COSINE, 0.1))
        .withStep(new StepConfig(2, clip, 0.2))
        .withRecovery(new RecoveryConfig(5, policy))
        .withSeed(7);
  }

  private static TrainingConfig usual(int epochs) {
    return config(epochs, 3e-3, 1, RecoveryConfig.NonFinitePolicy.RECOVER);
  }

  private List<float[]> weights(TextClassifier model) {
    return model.parameters().stream().map(Tensor::toFloats).toList();
  }

  @Test
  void learnsTheTask() {
    try (TextClassifier model = task.model(engine)) {
      TrainingOutcome outcome =
          new Trainer<>(task.run(model, folder), usual(12), TrainingObserver.NONE).fit();
      assertEquals(TrainingOutcome.Ending.COMPLETED, outcome.ending());
      assertEquals(12 * 8, outcome.state().step());
      assertTrue(
          outcome.best().orElseThrow().figures().getOrDefault("accuracy", 0.0) > 0.95,
          outcome.best().toString());
      List<RunEvent> events = RunFolder.read(folder);
      assertEquals(96, events.stream().filter(e -> e instanceof RunEvent.Step).count());
    }
  }

  @Test
  void aStoppedRunEndsBitIdentical() {
    List<float[]> straight;
    try (TextClassifier model = task.model(engine)) {
      new Trainer<>(task.run(model, folder.resolve("a")), usual(3), TrainingObserver.NONE).fit();
      straight = weights(model);
    }
    Path resumed = folder.resolve("b");
    for (int stopAt : new int[] {1, 7, 12, Integer.MAX_VALUE}) {
      try (TextClassifier model = task.model(engine)) {
        stoppedAt(stopAt, model, resumed);
        if (stopAt == Integer.MAX_VALUE) {
          List<float[]> pieces = weights(model);
          for (int i = 0; i < straight.size(); i++) {
            assertArrayEquals(straight.get(i), pieces.get(i));
          }
        }
      }
    }
    assertEquals(24, RunFolder.read(resumed).stream().filter(this::isStep).count());
  }

  private boolean isStep(RunEvent event) {
    return event instanceof RunEvent.Step;
  }

  private void stoppedAt(int step, TextClassifier model, Path run) {
    AtomicReference<Trainer<TextBatch>> trainer = new AtomicReference<>();
    TrainingObserver stopper =
        new TrainingObserver() {
          @Override
          public void recorded(RunEvent event) {
            if (event.step() == step) {
              trainer.get().requestStop();
            }
          }
        };
    trainer.set(new Trainer<>(task.run(model, run), usual(3), stopper));
    TrainingOutcome outcome = trainer.get().fit();
    assertEquals(
        step == Integer.MAX_VALUE
            ? TrainingOutcome.Ending.COMPLETED
            : TrainingOutcome.Ending.INTERRUPTED,
        outcome.ending());
  }

  /** Makes the parameters infinite at a step, as a diverged run would. */
  private TrainingObserver breaking(TextClassifier model, int atStep, List<RunEvent> seen) {
    return new TrainingObserver() {
      private boolean done;

      @Override
      public void recorded(RunEvent event) {
        seen.add(event);
        if (event.step() == atStep && !done) {
          done = true;
          try (TensorScope scope = TensorScope.open()) {
            Tensor weight = model.parameters().getLast();
            weight.copyInPlace(weight.detach().mul(Double.POSITIVE_INFINITY));
          }
        }
      }
    };
  }

  @Test
  void goesBackToTheLastGoodStateWithHalfTheRate() {
    try (TextClassifier model = task.model(engine)) {
      List<RunEvent> seen = new ArrayList<>();
      TrainingOutcome outcome =
          new Trainer<>(task.run(model, folder), usual(3), breaking(model, 13, seen)).fit();
      assertEquals(TrainingOutcome.Ending.COMPLETED, outcome.ending());
      assertEquals(1, outcome.state().recoveries());
      assertEquals(0.5, outcome.state().learningRateFactor());
      RunEvent.Recovery recovery =
          (RunEvent.Recovery)
              seen.stream().filter(e -> e instanceof RunEvent.Recovery).findFirst().orElseThrow();
      assertEquals(10, recovery.step());
      assertTrue(recovery.reason().contains("At step 14"), recovery.reason());
      assertTrue(recovery.reason().contains("learning rate"), recovery.reason());
      assertTrue(recovery.reason().contains("training examples"), recovery.reason());
      for (float[] values : weights(model)) {
        for (float value : values) {
          assertTrue(Float.isFinite(value));
        }
      }
    }
  }

  @Test
  void stopsWithAnExplanationWhereAskedTo() {
    try (TextClassifier model = task.model(engine)) {
      TrainingConfig strict = config(3, 3e-3, 0, RecoveryConfig.NonFinitePolicy.STOP);
      TrainingException failure =
          assertThrows(
              TrainingException.class,
              () ->
                  new Trainer<>(
                          task.run(model, folder), strict, breaking(model, 3, new ArrayList<>()))
                      .fit());
      assertTrue(failure.getMessage().contains("clipNorm"), failure.getMessage());
    }
  }

  @Test
  void givesUpWhenItNeverRecovers() {
    try (TextClassifier model = task.model(engine)) {
      TrainingObserver always =
          new TrainingObserver() {
            @Override
            public void recorded(RunEvent event) {
              try (TensorScope scope = TensorScope.open()) {
                Tensor weight = model.parameters().getLast();
                weight.copyInPlace(weight.detach().mul(Double.NaN));
              }
            }
          };
      TrainingException failure =
          assertThrows(
              TrainingException.class,
              () -> new Trainer<>(task.run(model, folder), usual(3), always).fit());
      assertTrue(failure.getMessage().contains("gives up"), failure.getMessage());
    }
  }

  @Test
  void refusesToResumeOverOtherData() {
    try (TextClassifier model = task.model(engine)) {
      TrainingRun<TextBatch> run = task.run(model, folder);
      var then = tools.jackson.databind.json.JsonMapper.shared().createObjectNode();
      then.putObject("dataChecksums").put("train.jsonl", "aa");
      new Trainer<>(withProvenance(run, then), usual(1), TrainingObserver.NONE).fit();
      var now = tools.jackson.databind.json.JsonMapper.shared().createObjectNode();
      now.putObject("dataChecksums").put("train.jsonl", "bb");
      TrainingException failure =
          assertThrows(
              TrainingException.class,
              () -> new Trainer<>(withProvenance(run, now), usual(1), TrainingObserver.NONE).fit());
      assertTrue(failure.getMessage().contains("data changed"), failure.getMessage());
    }
  }

  private static TrainingRun<TextBatch> withProvenance(
      TrainingRun<TextBatch> run, tools.jackson.databind.JsonNode provenance) {
    return new TrainingRun<>(
        run.model(),
        run.engine(),
        run.objective(),
        run.train(),
        run.validation(),
        run.folder(),
        run.keepBest(),
        provenance);
  }

  @Test
  void patienceEndsTrainingEarly() {
    try (TextClassifier model = task.model(engine)) {
      TrainingConfig patient =
          usual(40)
              .withStep(new StepConfig(1, 1, 0))
              .withMonitoring(new MonitoringConfig("accuracy", 2, 0))
              .withRecovery(new RecoveryConfig(100, RecoveryConfig.NonFinitePolicy.RECOVER));
      TrainingOutcome outcome =
          new Trainer<>(
                  task.run(model, folder, ClassificationConfig.defaults()),
                  patient,
                  TrainingObserver.NONE)
              .fit();
      assertEquals(TrainingOutcome.Ending.EARLY_STOPPED, outcome.ending());
      assertEquals(2, outcome.state().evaluationsSinceBest());
    }
  }
}
