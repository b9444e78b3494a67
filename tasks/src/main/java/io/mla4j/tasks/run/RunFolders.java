package io.mla4j.tasks.run;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.Task;
import io.mla4j.telemetry.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where runs are kept. A folder is a run as soon as it holds the recipe of one. */
public final class RunFolders {

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
  public static Path createFree(String name) {
    Path folder = ALL.resolve(name);
    for (int number = 2; !create(folder); number++) {
      folder = ALL.resolve(name + "-" + number);
    }
    return folder;
  }

  /** Creates a folder; whether it was not there before. */
  public static boolean create(Path folder) {
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
  public static Path requireFree(Path folder) {
    requireNothingKept(folder);
    baselines(folder).forEach(RunFolders::requireNothingKept);
    return folder;
  }

  private static List<Path> baselines(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(path -> path.getFileName().toString().endsWith(Task.Baseline.FOLDER_ENDING))
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
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
  public static Path requireRun(Path folder) {
    if (!isRun(folder)) {
      throw new IllegalArgumentException(
          "The folder %s holds no run to resume: it has no %s.".formatted(folder, Recipes.FILE));
    }
    return folder;
  }

  /** The files that a run keeps beside its model, by what each is. */
  public static Map<String, Path> files(Path folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String file :
        List.of(Recipes.FILE, TrainingCheckpoint.FILE, RunFolder.METRICS, RunFolder.REPORT)) {
      files.put("the run's " + file, folder.resolve(file));
    }
    return files;
  }

  /** Whether there is a run in a folder. */
  public static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(Recipes.FILE));
  }

  /** Whether a run can be gone on with. */
  public static boolean hasCheckpoint(Path folder) {
    return Files.exists(folder.resolve(TrainingCheckpoint.FILE));
  }
}
