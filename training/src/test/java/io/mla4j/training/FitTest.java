package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.TextExample;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.training.optimizer.AdamW;
import io.mla4j.training.optimizer.AdamWSettings;
import io.mla4j.training.optimizer.Schedule;
import io.mla4j.training.optimizer.ScheduleKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The few lines of {@link Trainer#fit}: what they record, and which run they go on with. */
class FitTest {

  private static final AdamWSettings SETTINGS = AdamWSettings.of(5e-5);
  private static final Rates RATES = new Rates(ScheduleKind.LINEAR, 3, 1_000);

  private record Rates(ScheduleKind kind, long warmup, long total) {}

  private final Engine engine = Engines.start("torch");
  private final TinyTask task = new TinyTask();

  @TempDir Path folder;

  @BeforeEach
  void first() {
    assertEquals(15, fit(task.train, SETTINGS, RATES, 1).state().step());
  }

  private TrainingOutcome fit(
      DocumentSource train, AdamWSettings settings, Rates rates, int epochs) {
    try (TextClassifier model = task.model(engine);
        AdamW optimizer = new AdamW(model, settings)) {
      Schedule schedule = new Schedule(optimizer, rates.kind(), rates.warmup(), rates.total());
      return Trainer.fit(model, train, task.validation, optimizer, schedule, epochs, folder);
    }
  }

  private DocumentSource loader(List<TextExample> examples, int batchSize) {
    return DataLoader.builder(examples, task.tokenizer)
        .labels(LabelSet.of(List.of("happy", "sad")))
        .contextTokens(24)
        .batchSize(batchSize)
        .shuffleSeed(1)
        .build();
  }

  /** Refused in one sentence, with nothing written. */
  private void assertRefused(
      String reason, DocumentSource train, AdamWSettings settings, Rates rates, int epochs)
      throws IOException {
    Path checkpoint = folder.resolve(TrainingCheckpoint.FILE);
    byte[] before = Files.readAllBytes(checkpoint);
    String message =
        assertThrows(TrainingException.class, () -> fit(train, settings, rates, epochs))
            .getMessage();
    assertTrue(message.contains(reason), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
    assertArrayEquals(before, Files.readAllBytes(checkpoint));
  }

  @Test
  void theSameRunIsGoneOnWith() {
    TrainingOutcome again = fit(loader(task.train.examples(), 16), SETTINGS, RATES, 1);
    assertEquals(TrainingOutcome.Ending.COMPLETED, again.ending());
    assertEquals(15, again.state().step());
  }

  @Test
  void otherTextsAreRefused() throws IOException {
    List<TextExample> texts = new ArrayList<>(task.train.examples());
    TextExample last = texts.removeLast();
    texts.add(new TextExample(last.text() + " indeed", last.label(), last.origin()));
    assertRefused("data changed since", loader(texts, 16), SETTINGS, RATES, 1);
    assertRefused("(training)", loader(texts, 16), SETTINGS, RATES, 1);
  }

  @Test
  void otherLabelsAreRefused() throws IOException {
    List<TextExample> texts = new ArrayList<>(task.train.examples());
    TextExample first = texts.removeFirst();
    texts.addFirst(new TextExample(first.text(), texts.getFirst().label(), first.origin()));
    assertRefused("(training)", loader(texts, 16), SETTINGS, RATES, 1);
  }

  @Test
  void otherSettingsAreRefused() throws IOException {
    assertRefused(
        "training.optimizer.learningRate was 5.0E-5 and is 1.0E-4",
        task.train,
        AdamWSettings.of(1e-4),
        RATES,
        1);
    assertRefused(
        "training.schedule.warmupSteps was 3 and is 4",
        task.train,
        SETTINGS,
        new Rates(ScheduleKind.LINEAR, 4, 1_000),
        1);
    assertRefused("training.epochs was 1 and is 2", task.train, SETTINGS, RATES, 2);
    assertRefused(
        "data.training.batches.batchSize was 16 and is 8",
        loader(task.train.examples(), 8),
        SETTINGS,
        RATES,
        1);
  }

  @Test
  void whatIsRecordedIsWhatWasGiven() {
    Provenance kept = new ModelFolder(folder).readProvenance().orElseThrow();
    assertEquals(
        Map.of(
            "training", task.train.checksum(),
            "validation", task.validation.checksum(),
            "tokenizer", task.tokenizer.checksum()),
        kept.dataChecksums());
    JsonNode training = kept.configuration().path("training");
    assertEquals(1, training.path("epochs").asInt());
    assertEquals(5e-5, training.path("optimizer").path("learningRate").asDouble());
    JsonNode schedule = training.path("schedule");
    assertEquals("LINEAR", schedule.path("kind").asString());
    assertEquals(3, schedule.path("warmupSteps").asInt());
    assertEquals(1_000, schedule.path("totalSteps").asInt());
    JsonNode data = kept.configuration().path("data");
    assertEquals(1, data.path("training").path("batches").path("seed").asInt());
    assertEquals(
        Set.of("batchSize", "bucketBatches"),
        Set.copyOf(data.path("validation").path("batches").propertyNames()));
    assertTrue(training.path("warmupFraction").isMissingNode(), "not a setting of this schedule");
  }
}
