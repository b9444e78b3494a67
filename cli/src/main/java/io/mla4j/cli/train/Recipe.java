package io.mla4j.cli.train;

import io.mla4j.config.ConfigReader;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything a training run is made from, as a YAML file says it.
 *
 * @param name names the run's folder
 */
public record Recipe(
    String name,
    DataSection data,
    TokenizerSection tokenizer,
    TextClassifierConfig model,
    TrainingConfig training) {

  /** What applies where a recipe is silent; the data alone must be named. */
  public static Recipe defaults() {
    return new Recipe(
        "classifier",
        DataSection.defaults(),
        TokenizerSection.defaults(),
        TextClassifierConfig.defaults(),
        TrainingConfig.defaults());
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

  private Recipe located(RecipeFolder folder) {
    return new Recipe(name, data.located(folder), tokenizer.located(folder), model, training);
  }

  Recipe withModel(TextClassifierConfig other) {
    return new Recipe(name, data, tokenizer, other, training);
  }
}
