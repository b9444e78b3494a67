package io.mla4j.telemetry;

import io.mla4j.telemetry.tensorboard.EventFileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder in which a training run leaves what can be read about it: {@code metrics.jsonl}, an
 * event file for TensorBoard, and later {@code report.html}. The metrics are the truth; the event
 * file repeats them. For one thread.
 */
public final class RunFolder implements AutoCloseable {

  public static final String METRICS = "metrics.jsonl";
  public static final String REPORT = "report.html";

  private final Path path;
  private final MetricsLog metrics;
  private final EventFileWriter eventFile;

  private RunFolder(Path path, MetricsLog metrics, EventFileWriter eventFile) {
    this.path = path;
    this.metrics = metrics;
    this.eventFile = eventFile;
  }

  /**
   * Starts a run at step 0, or goes on with one. What it recorded after the step it is resumed from
   * is dropped, since those steps are made again; a line left half-written by a kill is dropped
   * too.
   *
   * @param step the optimizer steps done in the state the run is resumed from
   * @throws IllegalArgumentException if the metrics are damaged
   */
  public static RunFolder resume(Path path, long step, Instant now) {
    createFolder(path);
    List<RunEvent> kept =
        MetricsLog.read(path.resolve(METRICS)).stream()
            .filter(event -> event.step() <= step)
            .toList();
    MetricsLog.replace(path.resolve(METRICS), kept);
    EventFileWriter eventFile = rewriteEventFile(path, kept, now);
    return new RunFolder(path, MetricsLog.open(path.resolve(METRICS)), eventFile);
  }

  /**
   * The events a run recorded so far.
   *
   * @throws IllegalArgumentException if the metrics are missing or damaged
   */
  public static List<RunEvent> read(Path path) {
    if (!Files.isRegularFile(path.resolve(METRICS))) {
      throw new IllegalArgumentException("The folder " + path + " holds no " + METRICS + ".");
    }
    return MetricsLog.read(path.resolve(METRICS));
  }

  private static EventFileWriter rewriteEventFile(Path path, List<RunEvent> kept, Instant now) {
    List<Path> old = eventFiles(path);
    EventFileWriter writer = EventFileWriter.create(path, now);
    // A TensorBoard that is watching forgets the dropped steps at this mark.
    writer.restart(now, 0);
    kept.forEach(event -> EventScalars.write(event, writer));
    old.forEach(RunFolder::delete);
    return writer;
  }

  private static List<Path> eventFiles(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(EventFileWriter::isEventFile).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not list " + path + ": " + failure + ".", failure);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not remove " + file + ": " + failure + ".", failure);
    }
  }

  private static void createFolder(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "Could not create the folder " + path + ": " + failure + ".", failure);
    }
  }

  /** Records an event; it is in both files when this returns. */
  public void record(RunEvent event) {
    metrics.append(event);
    EventScalars.write(event, eventFile);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    metrics.close();
    eventFile.close();
  }
}
