package io.mla4j.telemetry.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileWriterTest {

  private static final Instant TIME = Instant.ofEpochSecond(1763806530, 250_000_000);

  @TempDir Path folder;

  /** Against src/test/python/golden_events.py, which uses TensorBoard's own classes. */
  @Test
  void writesTheBytesTensorBoardWrites() throws IOException {
    Map<String, Double> two = new LinkedHashMap<>();
    two.put("train/loss", 0.1);
    two.put("validation/größe", -1e30);
    Map<String, Double> special = new LinkedHashMap<>();
    special.put("nan", Double.NaN);
    special.put("inf", Double.POSITIVE_INFINITY);
    Path path;
    try (EventFileWriter writer = EventFileWriter.create(folder, TIME)) {
      path = writer.path();
      writer.restart(TIME.plusSeconds(1), 3);
      writer.scalars(TIME.plusSeconds(2), 0, Map.of("train/loss", 0.0));
      writer.scalars(TIME.plusSeconds(3), 300, two);
      writer.text(TIME.plusSeconds(4), 1L << 40, "note", "Grüße, **bold** " + "x".repeat(300));
      writer.scalars(TIME.plusSeconds(5), -1, special);
      writer.scalars(TIME.plusSeconds(6), 1, Map.of());
    }
    try (InputStream golden =
        getClass().getResourceAsStream("/golden/events.out.tfevents.golden")) {
      assertArrayEquals(golden.readAllBytes(), Files.readAllBytes(path));
    }
    assertEquals(
        List.of(
            "0 train/loss 0.0",
            "300 train/loss 0.1",
            "300 validation/größe -1.0E30",
            "-1 nan NaN",
            "-1 inf Infinity"),
        EventFile.scalars(path));
  }

  @Test
  void aFileHasTheSameNameEverywhere() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
    try (EventFileWriter writer = EventFileWriter.create(folder, TIME)) {
      String name = writer.path().getFileName().toString();
      assertTrue(name.startsWith("events.out.tfevents.1763806530."), name);
      assertTrue(name.matches("\\p{ASCII}+"), name);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aRecordIsThereWhenItsMethodReturns() throws IOException {
    try (EventFileWriter writer = EventFileWriter.create(folder, TIME)) {
      assertEquals("brain.Event:2", version(writer.path()));
      for (int step = 1; step <= 500; step++) {
        writer.scalars(TIME, step, Map.of("a", (double) step));
        assertEquals(step, EventFile.scalars(writer.path()).size());
      }
    }
  }

  @Test
  void namesAreUniqueAndRecognised() {
    try (EventFileWriter first = EventFileWriter.create(folder, TIME);
        EventFileWriter second = EventFileWriter.create(folder, TIME)) {
      assertNotEquals(first.path(), second.path());
      assertTrue(EventFileWriter.isEventFile(first.path()));
      String name = first.path().getFileName().toString();
      assertTrue(name.matches("events\\.out\\.tfevents\\.1763806530\\..+"), name);
    }
    assertTrue(!EventFileWriter.isEventFile(Path.of("events.out.tfevents.1.host.1.0")));
  }

  private static String version(Path path) throws IOException {
    return EventFile.text(EventFile.read(path).getFirst().get(3).getFirst());
  }
}
