package io.mla4j.tasks.regression;

import io.mla4j.models.pair.PairRegressorConfig;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.tasks.recipe.TokenizerSection;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a regressor of pairs is trained from, as a YAML file says it.
 *
 * @param init a regressor's folder whose weights training starts from; its tokenizer is taken too,
 *     unless another is named
 * @param baseline whether a bag of as wide token vectors is trained too, to compare
 */
public record RegressionRecipe(
    String task,
    String name,
    PairSection data,
    TokenizerSection tokenizer,
    PairRegressorConfig model,
    Optional<Path> init,
    RegressorTraining training,
    boolean baseline,
    EngineChoice engine)
    implements Recipe {

  /** What recipes call this task. */
  public static final String TASK = "regression";

  public RegressionRecipe {
    Recipe.requireFolderName(name);
  }

  static RegressionRecipe defaults() {
    return new RegressionRecipe(
        TASK,
        "regressor",
        PairSection.defaults(),
        TokenizerSection.defaults(),
        PairRegressorConfig.defaults(),
        Optional.empty(),
        RegressorTraining.defaults(),
        false,
        EngineChoice.defaults());
  }

  RegressionRecipe located(RecipeFolder folder) {
    Optional<Path> start = init.map(folder::locate);
    return new RegressionRecipe(
        task,
        name,
        data.located(folder),
        tokenizer.located(folder).startingFrom(start),
        model,
        start,
        training,
        baseline,
        engine);
  }

  /** The same with the mean of the token vectors in place of the encoder, to compare with. */
  RegressionRecipe bagBaseline() {
    return new RegressionRecipe(
        task,
        name,
        data,
        tokenizer,
        model.bagOfVectors(),
        Optional.empty(),
        training,
        false,
        engine);
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
