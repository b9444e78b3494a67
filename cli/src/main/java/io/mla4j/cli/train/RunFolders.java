package io.mla4j.cli.train;

import io.mla4j.checkpoint.TrainingCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where runs are kept. A folder is a run as soon as it holds the recipe of one. */
final class RunFolders {

  private static final Path ALL = Path.of("runs");

  private RunFolders() {}

  /** The first folder {@code runs/NAME}, {@code runs/NAME-2}, ... that is not there yet. */
  static Path free(String name) {
    Path folder = ALL.resolve(name);
    for (int number = 2; Files.exists(folder); number++) {
      folder = ALL.resolve(name + "-" + number);
    }
    return folder;
  }

  /**
   * A folder for a new run.
   *
   * @throws IllegalArgumentException if there is a run in it
   */
  static Path requireFree(Path folder) {
    if (isRun(folder) || hasCheckpoint(folder)) {
      throw new IllegalArgumentException(
          "The folder %s holds a run already; go on with it by --resume %s, or name another one."
              .formatted(folder, folder));
    }
    return folder;
  }

  /**
   * The folder of a run to go on with.
   *
   * @throws IllegalArgumentException if there is none in it
   */
  static Path requireRun(Path folder) {
    if (!isRun(folder)) {
      throw new IllegalArgumentException(
          "The folder %s holds no run to resume: it has no %s."
              .formatted(folder, ClassifierTraining.RECIPE_FILE));
    }
    return folder;
  }

  static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(ClassifierTraining.RECIPE_FILE));
  }

  static boolean hasCheckpoint(Path folder) {
    return Files.exists(folder.resolve(TrainingCheckpoint.FILE));
  }

  /** Makes a folder free again in which nothing was trained, as its recipe or data were refused. */
  static void giveUp(Path folder) {
    if (hasCheckpoint(folder)) {
      return;
    }
    try {
      Files.deleteIfExists(folder.resolve(ClassifierTraining.RECIPE_FILE));
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException others) {
      // What else is there is not ours to remove.
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not clean up " + folder + ".", failure);
    }
  }
}
