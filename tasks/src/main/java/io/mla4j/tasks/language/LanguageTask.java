package io.mla4j.tasks.language;

import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.Task;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.training.SettingChanges;
import java.nio.file.Path;
import java.util.Optional;

/** Foretelling the next token of a text. */
public final class LanguageTask implements Task<LanguageRecipe> {

  /** Files may have moved, as long as their bytes are the same. */
  private static final SettingChanges CHANGES = SettingChanges.free(Recipe.freeSettings("samples"));

  @Override
  public String name() {
    return LanguageRecipe.TASK;
  }

  @Override
  public Class<LanguageRecipe> recipeType() {
    return LanguageRecipe.class;
  }

  @Override
  public LanguageRecipe defaults() {
    return LanguageRecipe.defaults();
  }

  @Override
  public LanguageRecipe located(LanguageRecipe recipe, RecipeFolder folder) {
    return recipe.located(folder);
  }

  @Override
  public SettingChanges changes() {
    return CHANGES;
  }

  @Override
  public Prepared<LanguageRecipe> prepare(
      LanguageRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    return new LanguageData(recipe, folder, resumed, listener);
  }

  @Override
  public Optional<Baseline<LanguageRecipe>> baselineOf(LanguageRecipe recipe) {
    return recipe
        .model()
        .denseBaseline()
        .map(model -> new Baseline<>("dense", recipe.comparedWith(model)));
  }
}
