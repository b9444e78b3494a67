package io.mla4j.telemetry;

import io.mla4j.files.AtomicFile;
import io.mla4j.telemetry.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of a run as JSON Lines. A killed program leaves at most one half-written line, at the
 * end.
 */
final class MetricsLog implements AutoCloseable {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private final Journal journal;

  private MetricsLog(Journal journal) {
    this.journal = journal;
  }

  /** Opens a log to append to it; what it holds must end with a whole line. */
  static MetricsLog open(Path path) {
    return new MetricsLog(Journal.open(path));
  }

  /**
   * All events of a log, without a half-written one at its end.
   *
   * @throws IllegalArgumentException naming the line if another line cannot be read
   */
  static List<RunEvent> read(Path path) {
    // Split by hand: only a line break tells a whole last line from a half-written one.
    String[] lines = text(path).split("\n", -1);
    List<RunEvent> events = new ArrayList<>();
    for (int i = 0; i < lines.length - 1; i++) {
      if (!lines[i].isBlank()) {
        events.add(event(path, i + 1, lines[i]));
      }
    }
    return events;
  }

  private static RunEvent event(Path path, int number, String line) {
    try {
      return Optional.ofNullable(JSON.treeToValue(whole(JSON.readTree(line)), RunEvent.class))
          .orElseThrow(() -> noEvent(path, number, Optional.empty()));
    } catch (JacksonException failure) {
      throw noEvent(path, number, Optional.of(failure));
    }
  }

  /** A step that tells nothing more has no field for it, as none had before there was one. */
  private static JsonNode whole(JsonNode event) {
    if (event instanceof ObjectNode step && event.path("type").asString("").equals("step")) {
      step.putIfAbsent("figures", JSON.createObjectNode());
    }
    return event;
  }

  private static IllegalArgumentException noEvent(
      Path path, int number, Optional<JacksonException> cause) {
    return new IllegalArgumentException(
        "Line %d of %s is not an event of a run; remove the line or start a new run."
            .formatted(number, path),
        cause.orElse(null));
  }

  private static String text(Path path) {
    try {
      return Files.exists(path) ? new String(Files.readAllBytes(path), StandardCharsets.UTF_8) : "";
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not read " + path + ": " + failure + ".", failure);
    }
  }

  /** Replaces a log by these events alone. */
  static void replace(Path path, List<RunEvent> events) {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(line(event)));
    AtomicFile.writeString(path, text.toString());
  }

  /** Adds one line. */
  void append(RunEvent event) {
    journal.append(line(event).getBytes(StandardCharsets.UTF_8));
  }

  private static String line(RunEvent event) {
    return JSON.writeValueAsString(event) + "\n";
  }

  @Override
  public void close() {
    journal.close();
  }
}
