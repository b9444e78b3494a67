package io.mla4j.tasks.recipe;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder a recipe lies in, where files it names are looked for too. */
public record RecipeFolder(Path folder) {

  /** The folder a recipe's file is in. */
  public static RecipeFolder of(Path recipe) {
    Path full = recipe.toAbsolutePath();
    Path parent = full.getParent();
    return new RecipeFolder(parent == null ? full : parent);
  }

  /**
   * The full path of a file, so that it is found from any folder later: from the current folder, or
   * beside the recipe where it is only there.
   */
  public Path locate(Path file) {
    Path here = file.toAbsolutePath().normalize();
    Path beside = folder.resolve(file).normalize();
    return !Files.exists(here) && Files.exists(beside) ? beside : here;
  }
}
