package io.mla4j.tasks;

import io.mla4j.tasks.recipe.EngineChoice;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything a training run is made from, as a YAML file says it. Each task has its own. */
public interface Recipe {

  /** The task it is of. */
  String task();

  /** Names the run's folder in {@code runs}; one word of a path, not a path. */
  String name();

  /** A model's folder whose weights training starts from. */
  Optional<Path> init();

  /** Of everything random. */
  long seed();

  /** Whether what the model is compared with is trained too. */
  boolean baseline();

  /** What trains. */
  EngineChoice engine();

  /** The files that are read, by what each is to a person, such as {@code the training data}. */
  Map<String, Path> inputs();

  /**
   * Settings of every recipe over files that decide nothing about what is learnt, and may be others
   * on resuming. Files may have moved, as long as their bytes are the same.
   *
   * @param more that a task's own recipe has
   */
  static Set<String> freeSettings(String... more) {
    Set<String> free = new HashSet<>(List.of(more));
    free.addAll(
        List.of(
            "name",
            "baseline",
            "engine",
            "data.train",
            "data.validation",
            "data.test",
            "tokenizer.file",
            "training.checkpointEverySteps",
            "training.onNonFinite"));
    return free;
  }

  /**
   * Requires a name that a folder in {@code runs} can have.
   *
   * @throws IllegalArgumentException if the run would lie outside of {@code runs}, or be that
   *     folder
   */
  static void requireFolderName(String name) {
    boolean dots = name.equals(".") || name.equals("..");
    if (name.isBlank()
        || dots
        || name.contains("\\") // a run may be looked at from another system
        || !Path.of(name).equals(Path.of(name).getFileName())) {
      throw new IllegalArgumentException(
          "name is that of a folder in runs, without slashes or dots alone, not '" + name + "'.");
    }
  }
}
