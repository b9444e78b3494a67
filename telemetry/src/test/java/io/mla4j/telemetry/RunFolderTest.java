package io.mla4j.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.telemetry.tensorboard.EventFile;
import io.mla4j.telemetry.tensorboard.EventFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final Instant TIME = Instant.parse("2026-11-22T10:15:30.250Z");

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void name() {
    folder = parent.resolve("runs/first");
  }

  @Test
  void everyEventComesBack() throws IOException {
    List<RunEvent> events =
        List.of(
            new RunEvent.Recovery(TIME, 0, "Größe: \"4\"\nLayer", 0.5),
            step(1),
            new RunEvent.Evaluation(
                TIME, 1, "validation", Map.of("loss", 0.25, "expectedCalibrationError", 1e-3)),
            new RunEvent.Step(TIME, 2, 0.5, Double.NaN, 0, Double.POSITIVE_INFINITY, 1e6, 0.1),
            new RunEvent.Recovery(TIME, 1, "The loss became NaN at step 2.", 5e-5));
    try (RunFolder run = RunFolder.resume(folder, 0, TIME)) {
      for (int i = 0; i < events.size(); i++) {
        run.record(events.get(i));
        assertEquals(events.subList(0, i + 1), RunFolder.read(folder));
      }
    }
    List<String> lines = Files.readAllLines(folder.resolve("metrics.jsonl"));
    assertEquals(5, lines.size());
    assertEquals(
        "{\"type\":\"step\",\"time\":\"2026-11-22T10:15:30.250Z\",\"step\":1,\"epoch\":0.01,"
            + "\"loss\":1.0,\"learningRate\":1.0E-4,\"gradientNorm\":0.5,"
            + "\"tokensPerSecond\":20000.0,\"seconds\":0.4}",
        lines.get(1));
    List<String> scalars = EventFile.scalars(eventFile());
    assertTrue(scalars.contains("1 train/loss 1.0"), scalars.toString());
    assertTrue(scalars.contains("2 train/loss NaN"), scalars.toString());
    assertTrue(scalars.contains("1 validation/loss 0.25"), scalars.toString());
  }

  @Test
  void whatElseAStepTellsComesBack() throws IOException {
    RunEvent told =
        new RunEvent.Step(
            TIME, 1, 0.01, 1, 1e-4, 0.5, 20_000, 0.4, Map.of("loadBalance", 0.01, "expert0", 0.25));
    RunEvent warning = new RunEvent.Warning(TIME, 1, "Nothing was measured.");
    try (RunFolder run = RunFolder.resume(folder, 0, TIME)) {
      run.record(told);
      run.record(warning);
    }
    assertEquals(List.of(told, warning), RunFolder.read(folder));
    List<String> scalars = EventFile.scalars(eventFile());
    assertTrue(scalars.contains("1 train/loadBalance 0.01"), scalars.toString());
  }

  @Test
  void resumingDropsWhatIsMadeAgain() throws IOException {
    try (RunFolder run = RunFolder.resume(folder, 0, TIME)) {
      for (int i = 1; i <= 10; i++) {
        run.record(step(i));
      }
    }
    try (RunFolder run = RunFolder.resume(folder, 6, TIME.plusSeconds(60))) {
      for (int i = 7; i <= 12; i++) {
        run.record(step(i));
      }
    }
    List<Long> steps = RunFolder.read(folder).stream().map(RunEvent::step).toList();
    assertEquals(Stream.iterate(1L, i -> i + 1).limit(12).toList(), steps);
    List<String> losses =
        EventFile.scalars(eventFile()).stream().filter(s -> s.contains("train/loss")).toList();
    assertEquals(12, losses.size(), losses.toString());
  }

  @Test
  void aLineCutByAKillIsRepaired() throws IOException {
    try (RunFolder run = RunFolder.resume(folder, 0, TIME)) {
      run.record(step(1));
      run.record(step(2));
    }
    Path metrics = folder.resolve("metrics.jsonl");
    byte[] whole = Files.readAllBytes(metrics);
    int firstLine = new String(whole).indexOf('\n') + 1;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(metrics, java.util.Arrays.copyOf(whole, length));
      int expected = length < firstLine ? 0 : length < whole.length ? 1 : 2;
      assertEquals(expected, RunFolder.read(folder).size(), "cut at " + length);
    }
    Files.write(metrics, java.util.Arrays.copyOf(whole, whole.length - 5));
    try (RunFolder run = RunFolder.resume(folder, 2, TIME.plusSeconds(1))) {
      run.record(step(2));
    }
    assertEquals(List.of(step(1), step(2)), RunFolder.read(folder));
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    try (RunFolder run = RunFolder.resume(folder, 0, TIME)) {
      run.record(step(1));
    }
    for (String line :
        List.of(
            "nonsense",
            "{\"type\":\"unknown\"}",
            "{\"type\":\"note\"",
            "{\"type\":\"note\",\"step\":1}",
            "[]",
            "null")) {
      Path metrics = folder.resolve("metrics.jsonl");
      byte[] before = Files.readAllBytes(metrics);
      Files.writeString(metrics, line + "\n", StandardOpenOption.APPEND);
      String message =
          assertThrows(IllegalArgumentException.class, () -> RunFolder.read(folder)).getMessage();
      assertTrue(message.startsWith("Line 2 of " + metrics), message);
      Files.write(metrics, before);
    }
  }

  @Test
  void resumingWithoutMetricsStartsEmpty() {
    try (RunFolder run = RunFolder.resume(folder, 5, TIME)) {
      run.record(step(6));
    }
    assertEquals(List.of(step(6)), RunFolder.read(folder));
    assertThrows(IllegalArgumentException.class, () -> RunFolder.read(parent));
  }

  private Path eventFile() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = new ArrayList<>(files.filter(EventFileWriter::isEventFile).toList());
      assertEquals(1, found.size());
      return found.getFirst();
    }
  }

  private static RunEvent step(int step) {
    return new RunEvent.Step(TIME, step, 0.01 * step, 1.0 / step, 1e-4, 0.5, 20_000, 0.4);
  }
}
