package io.mla4j.tasks;

import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.training.SettingChanges;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A kind of thing to learn: how its recipe is read, and what is trained as it says. One outside
 * this program is found if it is named in {@code META-INF/services/io.mla4j.tasks.Task}.
 *
 * @param <R> its recipe, a record with a setting {@code task}
 */
public interface Task<R extends Recipe> {

  /** What recipes call it, as {@code classification}. */
  String name();

  Class<R> recipeType();

  /** What applies where a recipe is silent; the data alone must be named. */
  R defaults();

  /** The recipe with full paths in place of those it names. */
  R located(R recipe, RecipeFolder folder);

  /** Which settings may be others on resuming. */
  SettingChanges changes();

  /**
   * Reads the data and reads or trains the tokenizer.
   *
   * @param folder of the run, which keeps the tokenizer
   * @param resumed whether the tokenizer there is the run's own
   */
  Prepared<R> prepare(R recipe, Path folder, boolean resumed, RunListener listener);

  /** What a model of this recipe is compared with, trained on the same batches. */
  Optional<Baseline<R>> baselineOf(R recipe);

  /**
   * Another model on the same data.
   *
   * @param name in a word, as {@code dense}
   */
  record Baseline<R>(String name, R recipe) {

    /** Its folder in the run's. */
    public String folder() {
      return name + FOLDER_ENDING;
    }

    /** How the names of such folders end. */
    public static final String FOLDER_ENDING = "-baseline";
  }
}
