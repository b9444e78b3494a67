package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The public data sets this program knows how to get. */
public final class DataSets {

  private static final List<Recipe> RECIPES =
      List.of(
          new SpamAssassin(),
          new Trec(),
          new Sst2(),
          new Banking77(),
          new StsBenchmark(),
          new TinyShakespeare());

  private DataSets() {}

  public static List<DataSet> all() {
    return RECIPES.stream().map(Recipe::about).toList();
  }

  /**
   * What is known of a set.
   *
   * @throws DataException naming those there are, if it is none of them
   */
  public static DataSet find(String name) {
    return recipe(name).about();
  }

  /**
   * Gets a set: verifies its original files, writes one for each of its splits, such as {@code
   * train.jsonl}, and {@code SOURCE.json}. Does nothing where they are there and sound.
   *
   * @param from a folder or archive with the original files; absent to fetch them
   * @param target the folder for the files, made if missing
   * @param progress hears what is being done, a sentence a step
   * @throws DataException if there is no such set, or its original files cannot be had, lack one or
   *     differ from what was published
   */
  public static Obtained get(
      String name, Optional<Path> from, Path target, Consumer<String> progress) {
    return get(recipe(name), from, target, progress);
  }

  static Obtained get(Recipe recipe, Optional<Path> from, Path target, Consumer<String> progress) {
    SetFolder folder = new SetFolder(target, recipe);
    boolean alreadyThere = folder.isSound();
    if (!alreadyThere) {
      Rows rows = recipe.make(from, progress);
      progress.accept("Writing to " + target + ".");
      folder.write(rows);
    }
    return new Obtained(recipe.about(), target, alreadyThere);
  }

  private static Recipe recipe(String name) {
    return RECIPES.stream()
        .filter(recipe -> recipe.about().name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private static DataException unknown(String name) {
    String names =
        RECIPES.stream().map(recipe -> recipe.about().name()).collect(Collectors.joining(", "));
    return new DataException("There is no data set '" + name + "'; there are " + names + ".");
  }
}
