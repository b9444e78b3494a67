package io.mla4j.tasks.classification;

import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.tasks.recipe.TokenizerSection;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a classifier is trained from, as a YAML file says it.
 *
 * @param init a classifier's folder whose weights training starts from; its tokenizer is taken too,
 *     unless another is named
 * @param baseline whether the same model with dense attention is trained too, to compare
 */
public record ClassificationRecipe(
    String task,
    String name,
    DataSection data,
    TokenizerSection tokenizer,
    TextClassifierConfig model,
    Optional<Path> init,
    ClassifierTraining training,
    boolean baseline,
    EngineChoice engine)
    implements Recipe {

  /** What recipes call this task. */
  public static final String TASK = "classification";

  public ClassificationRecipe {
    Recipe.requireFolderName(name);
  }

  static ClassificationRecipe defaults() {
    return new ClassificationRecipe(
        TASK,
        "classifier",
        DataSection.defaults(),
        TokenizerSection.defaults(),
        TextClassifierConfig.defaults(),
        Optional.empty(),
        ClassifierTraining.defaults(),
        false,
        EngineChoice.defaults());
  }

  ClassificationRecipe located(RecipeFolder folder) {
    return new ClassificationRecipe(
        task,
        name,
        data.located(folder),
        tokenizer.located(folder).startingFrom(init.map(folder::locate)),
        model,
        init.map(folder::locate),
        training,
        baseline,
        engine);
  }

  /** The same over other data. */
  public ClassificationRecipe withData(DataSection other) {
    return new ClassificationRecipe(
        task, name, other, tokenizer, model, init, training, baseline, engine);
  }

  /** The same with dense attention, to compare with. */
  ClassificationRecipe denseBaseline() {
    return new ClassificationRecipe(
        task,
        name,
        data,
        tokenizer,
        model.denseBaseline(),
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
