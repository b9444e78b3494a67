package io.mla4j.tasks.run;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.tasks.Recipes;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.telemetry.tensorboard.EventFileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A run's folder while it belongs to one process alone. The system drops the lock with the process,
 * however that ends, so that a killed run can be resumed.
 *
 * <p>The lock's file stays in the folder of a run: were it removed, one process could lock the file
 * that is gone and another the one made after it.
 */
public final class RunClaim implements AutoCloseable {

  static final String LOCK_FILE = ".run.lock";

  /** What a run writes before its first checkpoint, beside event files. */
  private static final Set<String> FILES =
      Set.of(
          LOCK_FILE,
          Recipes.FILE,
          RunFolder.METRICS,
          ModelFolder.CONFIG,
          ModelFolder.TOKENIZER,
          ModelFolder.WEIGHTS,
          ModelFolder.WEIGHTS_INDEX);

  private final Path folder;
  private final boolean resumed;
  private final boolean created;
  private final List<Path> before;
  private final FileLock lock;

  private RunClaim(Path folder, boolean resumed, boolean created) throws IOException {
    this.folder = folder;
    this.resumed = resumed;
    this.created = created;
    this.before = list(folder);
    this.lock = lock(folder);
  }

  /** The run that is resumed, or else the folder that is named, or else a free one. */
  public static RunClaim of(Optional<Path> resumed, Optional<Path> named, String name) {
    return resumed
        .map(RunClaim::ofRun)
        .or(() -> named.map(RunClaim::ofNew))
        .orElseGet(() -> ofFree(name));
  }

  /**
   * The folder {@code runs/NAME}, or the first of {@code runs/NAME-2}, ... that is not there yet.
   */
  public static RunClaim ofFree(String name) {
    Path folder = RunFolders.createFree(name);
    return claim(folder, false, true);
  }

  /**
   * A folder the user named for a new run.
   *
   * @throws IllegalArgumentException if another process works in it or something is kept in it
   */
  public static RunClaim ofNew(Path folder) {
    RunFolders.requireFree(folder);
    boolean created = RunFolders.create(folder);
    return claim(folder, false, created).requiring(() -> RunFolders.requireFree(folder));
  }

  /**
   * The folder of a run to go on with.
   *
   * @throws IllegalArgumentException if another process works in it or there is no run in it
   */
  public static RunClaim ofRun(Path folder) {
    RunFolders.requireRun(folder);
    return claim(folder, true, false).requiring(() -> RunFolders.requireRun(folder));
  }

  private static RunClaim claim(Path folder, boolean resumed, boolean created) {
    try {
      return new RunClaim(folder, resumed, created);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Looks again: until it was locked, another process may have worked in the folder. */
  private RunClaim requiring(Runnable check) {
    try {
      check.run();
      return this;
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  private static FileLock lock(Path folder) throws IOException {
    Path file = folder.resolve(LOCK_FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      // A file that could be opened but is gone was that of a run just given up.
      return tryLock(channel).filter(held -> Files.exists(file)).orElseThrow(() -> inUse(folder));
    } catch (IOException failure) {
      channel.close();
      throw new IOException(
          "The folder %s cannot be locked: %s".formatted(folder, failure.getMessage()), failure);
    } catch (RuntimeException refused) {
      channel.close();
      throw refused;
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException withinThisProcess) {
      return Optional.empty();
    }
  }

  private static IllegalArgumentException inUse(Path folder) {
    return new IllegalArgumentException(
        "Another mla4j is at work on the run in %s; wait for its end, or name another folder."
            .formatted(folder));
  }

  public Path folder() {
    return folder;
  }

  /**
   * Makes the folder as it was if a new run failed before there was anything to resume, so that
   * nothing blocks its name; what else is in it is not ours to remove.
   *
   * @param failure is told what could not be removed
   */
  public void giveUp(Throwable failure) {
    if (resumed || RunFolders.hasCheckpoint(folder)) {
      return;
    }
    try {
      for (Path file : list(folder)) {
        if (isWritten(file)) {
          Files.deleteIfExists(file);
        }
      }
      if (created && list(folder).isEmpty()) {
        Files.delete(folder);
      }
    } catch (IOException | UncheckedIOException uncleaned) {
      failure.addSuppressed(uncleaned);
    }
  }

  private boolean isWritten(Path file) {
    boolean ours =
        FILES.contains(file.getFileName().toString()) || EventFileWriter.isEventFile(file);
    return ours && !before.contains(file);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Override
  public void close() {
    try {
      lock.acquiredBy().close();
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not unlock " + folder + ".", failure);
    }
  }
}
