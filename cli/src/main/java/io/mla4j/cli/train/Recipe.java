package io.mla4j.cli.train;

import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.EngineChoice;
import io.mla4j.config.ConfigReader;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Everything a training run is made from, as a YAML file says it.
 *
 * @param name names the run's folder in {@code runs}; one word of a path, not a path
 * @param baseline whether the same model with dense attention is trained too, to compare
 * @param engine what trains
 */
public record Recipe(
    String name,
    DataSection data,
    TokenizerSection tokenizer,
    TextClassifierConfig model,
    TrainingConfig training,
    boolean baseline,
    EngineChoice engine) {

  /**
   * Settings that may be others on resuming: they do not decide what is learned. Files may have
   * moved, as long as their bytes are the same.
   */
  static final Set<String> MAY_CHANGE =
      Set.of(
          "name",
          "baseline",
          "engine",
          "data.train",
          "data.validation",
          "data.test",
          "tokenizer.file",
          "training.checkpointEverySteps",
          "training.onNonFinite");

  public Recipe {
    if (!isFolderName(name)) {
      throw new IllegalArgumentException(
          "name is that of a folder in runs, without slashes or dots alone, not '" + name + "'.");
    }
  }

  /** With anything else the run would lie outside of {@code runs}, or be that folder itself. */
  private static boolean isFolderName(String name) {
    boolean dots = name.equals(".") || name.equals("..");
    return !name.isBlank()
        && !dots
        && !name.contains("\\") // a run may be looked at from another system
        && Path.of(name).equals(Path.of(name).getFileName());
  }

  /** What applies where a recipe is silent; the data alone must be named. */
  public static Recipe defaults() {
    return new Recipe(
        "classifier",
        DataSection.defaults(),
        TokenizerSection.defaults(),
        TextClassifierConfig.defaults(),
        TrainingConfig.defaults(),
        false,
        EngineChoice.defaults());
  }

  /**
   * Reads a recipe; the files it names get full paths.
   *
   * @param overrides assignments such as {@code training.epochs=3}
   */
  static Recipe read(Path file, List<String> overrides) {
    return ConfigReader.read(file, Recipe.class, defaults(), overrides)
        .located(RecipeFolder.of(file));
  }

  /** The recipe that a run keeps. */
  static Recipe ofRun(Path folder, List<String> overrides) {
    return read(folder.resolve(ClassifierTraining.RECIPE_FILE), overrides);
  }

  private Recipe located(RecipeFolder folder) {
    return new Recipe(
        name, data.located(folder), tokenizer.located(folder), model, training, baseline, engine);
  }

  /** Names the files that are read. */
  void addTo(CommandFiles files) {
    files
        .reads("the training data", data.train())
        .reads("the validation data", data.validation())
        .reads("the test data", data.test())
        .reads("the tokenizer", tokenizer.file());
  }

  Recipe withData(DataSection other) {
    return new Recipe(name, other, tokenizer, model, training, baseline, engine);
  }

  /** The same with dense attention, to compare with. */
  Recipe denseBaseline() {
    return new Recipe(name, data, tokenizer, model.denseBaseline(), training, false, engine);
  }
}
