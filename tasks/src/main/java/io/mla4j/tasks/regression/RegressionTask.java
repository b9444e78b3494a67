package io.mla4j.tasks.regression;

import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.Task;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.training.SettingChanges;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** Saying a number of two texts, such as how alike they are. */
public final class RegressionTask implements Task<RegressionRecipe> {

  /** Files may have moved, as long as their bytes are the same. */
  private static final SettingChanges CHANGES =
      new SettingChanges(
          Recipe.freeSettings(),
          Map.of("training.finalFraction", List.of(JsonNodeFactory.instance.numberNode(0.0))));

  @Override
  public String name() {
    return RegressionRecipe.TASK;
  }

  @Override
  public Class<RegressionRecipe> recipeType() {
    return RegressionRecipe.class;
  }

  @Override
  public RegressionRecipe defaults() {
    return RegressionRecipe.defaults();
  }

  @Override
  public RegressionRecipe located(RegressionRecipe recipe, RecipeFolder folder) {
    return recipe.located(folder);
  }

  @Override
  public SettingChanges changes() {
    return CHANGES;
  }

  @Override
  public Prepared<RegressionRecipe> prepare(
      RegressionRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    return new RegressionData(recipe, folder, resumed, listener);
  }

  @Override
  public Optional<Baseline<RegressionRecipe>> baselineOf(RegressionRecipe recipe) {
    return Optional.of(new Baseline<>("bag", recipe.bagBaseline()));
  }
}
