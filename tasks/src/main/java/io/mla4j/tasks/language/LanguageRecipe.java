package io.mla4j.tasks.language;

import io.mla4j.models.causal.CausalConfig;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tasks.recipe.RecipeFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a language model is trained from, as a YAML file says it.
 *
 * @param init a language model's folder whose weights training starts from; its tokenizer is taken
 *     too, unless another is named
 * @param samples of what the trained model writes
 * @param baseline whether the same model with dense attention is trained too, to compare
 */
public record LanguageRecipe(
    String task,
    String name,
    TextSection data,
    LanguageTokenizer tokenizer,
    CausalConfig model,
    Optional<Path> init,
    LanguageTraining training,
    SampleSettings samples,
    boolean baseline,
    EngineChoice engine)
    implements Recipe {

  /** What recipes call this task. */
  public static final String TASK = "language-model";

  public LanguageRecipe {
    Recipe.requireFolderName(name);
    int most = model.positions().maxPositions();
    if (data.contextTokens() > most) {
      throw new IllegalArgumentException(
          "data.contextTokens, %d, is more than model.maxPositions, %d."
              .formatted(data.contextTokens(), most));
    }
  }

  static LanguageRecipe defaults() {
    return new LanguageRecipe(
        TASK,
        "language-model",
        TextSection.defaults(),
        LanguageTokenizer.defaults(),
        CausalConfig.defaults(),
        Optional.empty(),
        LanguageTraining.defaults(),
        SampleSettings.defaults(),
        false,
        EngineChoice.defaults());
  }

  LanguageRecipe located(RecipeFolder folder) {
    Optional<Path> start = init.map(folder::locate);
    return new LanguageRecipe(
        task,
        name,
        data.located(folder),
        tokenizer.located(folder).startingFrom(start),
        model,
        start,
        training,
        samples,
        baseline,
        engine);
  }

  /** The same with another model from scratch, to compare with. */
  LanguageRecipe comparedWith(CausalConfig other) {
    return new LanguageRecipe(
        task, name, data, tokenizer, other, Optional.empty(), training, samples, false, engine);
  }

  @Override
  public long seed() {
    return training.loop().seed();
  }

  @Override
  public Map<String, Path> inputs() {
    Map<String, Path> inputs = new LinkedHashMap<>(data.files().named());
    tokenizer.file().ifPresent(file -> inputs.put("the tokenizer", file));
    return inputs;
  }
}
