package io.mla4j.cli.train;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.telemetry.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** Where runs are kept. A folder is a run as soon as it holds the recipe of one. */
final class RunFolders {

  private static final Path ALL = Path.of("runs");

  private static final List<String> MODEL =
      List.of(
          ModelFolder.WEIGHTS,
          ModelFolder.WEIGHTS_INDEX,
          ModelFolder.CONFIG,
          ModelFolder.TOKENIZER);

  private RunFolders() {}

  /**
   * Creates the first folder {@code runs/NAME}, {@code runs/NAME-2}, ... that is not there yet; of
   * two processes at once each gets its own.
   */
  static Path createFree(String name) {
    Path folder = ALL.resolve(name);
    for (int number = 2; !create(folder); number++) {
      folder = ALL.resolve(name + "-" + number);
    }
    return folder;
  }

  /** Creates a folder; whether it was not there before. */
  static boolean create(Path folder) {
    try {
      createParent(folder.toAbsolutePath());
      return createLast(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void createParent(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent == null) {
      return;
    }
    try {
      Files.createDirectories(parent);
    } catch (FileAlreadyExistsException file) {
      throw new IllegalArgumentException(
          "There can be no folder %s: %s is a file.".formatted(folder, file.getFile()), file);
    }
  }

  private static boolean createLast(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException there) {
      return false;
    }
  }

  /**
   * A folder for a new run.
   *
   * @throws IllegalArgumentException if there is a run or a model in it, or in its baseline's
   */
  static Path requireFree(Path folder) {
    requireNothingKept(folder);
    requireNothingKept(folder.resolve(Comparing.BASELINE_FOLDER));
    return folder;
  }

  private static void requireNothingKept(Path folder) {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "%s is not a folder; name one for the run.".formatted(folder));
    }
    if (isRun(folder) || hasCheckpoint(folder)) {
      throw new IllegalArgumentException(
          "The folder %s holds a run already; go on with it by --resume %s, or name another one."
              .formatted(folder, folder));
    }
    for (String file : MODEL) {
      if (Files.exists(folder.resolve(file))) {
        throw new IllegalArgumentException(
            "The folder %s holds a model already, or a part of one, %s; name another one."
                .formatted(folder, file));
      }
    }
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

  /** Names the files that a run keeps, which no other output may be. */
  static void addTo(CommandFiles files, Path folder) {
    files.readsModel(folder);
    for (String file :
        List.of(
            ClassifierTraining.RECIPE_FILE,
            TrainingCheckpoint.FILE,
            RunFolder.METRICS,
            RunFolder.REPORT)) {
      files.reads("the run's " + file, folder.resolve(file));
    }
  }

  static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(ClassifierTraining.RECIPE_FILE));
  }

  static boolean hasCheckpoint(Path folder) {
    return Files.exists(folder.resolve(TrainingCheckpoint.FILE));
  }
}
