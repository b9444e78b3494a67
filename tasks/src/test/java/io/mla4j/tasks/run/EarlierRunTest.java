package io.mla4j.tasks.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.RunListener;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.training.TrainingException;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that the program of 28 November 2026 began and stopped after step 30 of 240, before recipes
 * named a task: its folder opens, goes on, and ends as the run that was not stopped did then.
 */
class EarlierRunTest {

  private static final Path KEPT =
      Path.of("src/test/resources/io/mla4j/tasks/run/earlier").toAbsolutePath();

  private final Engine engine = Engines.start("torch", new EngineOptions(Device.CPU, 1));

  @TempDir Path folder;
  private Path run = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    run = folder.resolve("run");
    Files.createDirectories(run);
    try (Stream<Path> files = Files.list(KEPT.resolve("run"))) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(file.getFileName().toString()));
      }
    }
  }

  private static List<String> moved(String... more) {
    List<String> overrides = new ArrayList<>(List.of(more));
    for (String part : List.of("train", "validation", "test")) {
      overrides.add("data." + part + "=" + KEPT.resolve(part + ".jsonl"));
    }
    return overrides;
  }

  private TrainedModel goOn(String... overrides) {
    return new TaskRun<>(Recipes.ofRun(run, moved(overrides)), run, engine, RunListener.NONE)
        .run(TrainingObserver.NONE);
  }

  private static Map<Long, Double> losses(List<RunEvent> events) {
    Map<Long, Double> losses = new TreeMap<>();
    events.forEach(
        event -> {
          if (event instanceof RunEvent.Step step) {
            losses.put(step.step(), step.loss());
          }
        });
    return losses;
  }

  private static Map<String, Double> figures(List<RunEvent> events, String split) {
    return events.stream()
        .filter(event -> event instanceof RunEvent.Evaluation)
        .map(event -> (RunEvent.Evaluation) event)
        .filter(evaluation -> evaluation.split().equals(split))
        .reduce((earlier, later) -> later)
        .orElseThrow()
        .figures();
  }

  private List<RunEvent> straight() throws IOException {
    Path then = Files.createDirectories(folder.resolve("straight"));
    Files.copy(KEPT.resolve("straight.jsonl"), then.resolve(RunFolder.METRICS));
    return RunFolder.read(then);
  }

  @Test
  void goesOnAndEndsAsThen() throws IOException {
    TrainedModel trained = goOn();
    assertEquals(TrainingOutcome.Ending.COMPLETED, trained.outcome().ending());
    List<RunEvent> then = straight();
    Map<Long, Double> expected = losses(then);
    Map<Long, Double> actual = losses(RunFolder.read(run));
    assertEquals(expected.keySet(), actual.keySet());
    for (long step = 1; step <= 40; step++) {
      // Other processors round otherwise, and roundings grow from step to step.
      assertEquals(expected.get(step), actual.get(step), step <= 30 ? 0 : 1e-3, "step " + step);
    }
    Map<String, Double> test = figures(then, "test");
    assertEquals(test.get("accuracy"), trained.found().evaluation().figures().get("accuracy"), 0.1);
  }

  @Test
  void itsModelAnswersAsItIs() {
    try (TextPipeline pipeline = TextPipeline.open(run, engine)) {
      assertEquals("happy", pipeline.predict("river glad stone table").label());
      assertEquals("sad", pipeline.predict("river gloomy stone table").label());
    }
  }

  @Test
  void otherSettingsAreStillRefused() {
    TrainingException refused =
        assertThrows(TrainingException.class, () -> goOn("training.labelSmoothing=0.1"));
    assertTrue(
        refused.getMessage().contains("training.labelSmoothing was 0.0 and is 0.1"),
        refused.getMessage());
    assertFalse(refused.getMessage().contains("task"), refused.getMessage());
  }
}
