package io.mla4j.cli.train;

import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.training.TrainingConfig;

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

  Recipe withModel(TextClassifierConfig other) {
    return new Recipe(name, data, tokenizer, other, training);
  }
}
