package io.mla4j.training;

import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import java.nio.file.Path;
import java.time.Instant;

/** Records a run's events in its folder and tells the observer. */
final class RunLog implements AutoCloseable {

  private final Path path;
  private final TrainingObserver observer;
  private RunFolder folder;

  private RunLog(Path path, TrainingObserver observer, RunFolder folder) {
    this.path = path;
    this.observer = observer;
    this.folder = folder;
  }

  /** Starts or goes on with the log of a run that stands at a step. */
  static RunLog open(Path path, long step, TrainingObserver observer) {
    return new RunLog(path, observer, RunFolder.resume(path, step, Instant.now()));
  }

  void record(RunEvent event) {
    folder.record(event);
    observer.recorded(event);
  }

  /** Forgets the steps after this one, which are made again. */
  void backTo(long step) {
    folder.close();
    folder = RunFolder.resume(path, step, Instant.now());
  }

  @Override
  public void close() {
    folder.close();
  }
}
