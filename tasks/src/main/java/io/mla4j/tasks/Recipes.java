package io.mla4j.tasks;

import io.mla4j.config.ConfigReader;
import io.mla4j.config.ConfigWriter;
import io.mla4j.tasks.recipe.RecipeFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the task of a recipe among those on the class path, and reads it. */
public final class Recipes {

  /** The file in a run's folder that keeps its recipe. */
  public static final String FILE = "recipe.yaml";

  private static final String TASK = "task";

  /** What recipes are of that name no task, as none did before there was a second one. */
  private static final String FIRST_TASK = "classification";

  private Recipes() {}

  /**
   * A recipe and the task it is of.
   *
   * @param <R> the recipe
   */
  public record Read<R extends Recipe>(Task<R> task, R recipe) {

    /** Another recipe of the same task. */
    public Read<R> with(R other) {
      return new Read<>(task, other);
    }

    /** The recipe as a file that {@link Recipes#read} reads an equal one from. */
    public void write(Path file) {
      ConfigWriter.write(file, task.recipeType(), recipe);
    }

    public String yaml() {
      return ConfigWriter.yaml(task.recipeType(), recipe);
    }

    public String json() {
      return ConfigWriter.json(task.recipeType(), recipe);
    }

    /** What the model is compared with, as a recipe of its own. */
    public java.util.Optional<Task.Baseline<Read<R>>> baseline() {
      return task.baselineOf(recipe)
          .map(baseline -> new Task.Baseline<>(baseline.name(), with(baseline.recipe())));
    }
  }

  /** The tasks there are, in the order of the class path. */
  public static List<Task<?>> tasks() {
    List<Task<?>> tasks = new ArrayList<>();
    ServiceLoader.load(Task.class).forEach(task -> tasks.add((Task<?>) task));
    return tasks;
  }

  /**
   * The task of a name.
   *
   * @throws IllegalArgumentException naming those there are, if it is none of them
   */
  public static Task<?> task(String name) {
    return tasks().stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "task is '%s' but must be one of %s."
                        .formatted(
                            name,
                            tasks().stream().map(Task::name).collect(Collectors.joining(", ")))));
  }

  /**
   * Reads a recipe; the files it names get full paths.
   *
   * @param overrides assignments such as {@code training.epochs=3}
   */
  public static Read<?> read(Path file, List<String> overrides) {
    String name = ConfigReader.text(file, TASK, overrides).orElse(FIRST_TASK);
    return read(task(name), file, overrides);
  }

  /** Reads a recipe of a task. */
  public static <R extends Recipe> Read<R> read(Task<R> task, Path file, List<String> overrides) {
    R recipe = ConfigReader.read(file, task.recipeType(), task.defaults(), overrides);
    return new Read<>(task, task.located(recipe, RecipeFolder.of(file)));
  }

  /** The recipe that a run keeps. */
  public static Read<?> ofRun(Path folder, List<String> overrides) {
    return read(folder.resolve(FILE), overrides);
  }
}
