package io.mla4j.tasks.classification;

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

/** Telling which class a text belongs to. */
public final class ClassificationTask implements Task<ClassificationRecipe> {

  /**
   * Settings that do not decide what is learnt, and those that came after the first release. Files
   * may have moved, as long as their bytes are the same.
   */
  private static final SettingChanges CHANGES =
      new SettingChanges(
          Recipe.freeSettings(),
          Map.of(
              "task", List.of(JsonNodeFactory.instance.stringNode(ClassificationRecipe.TASK)),
              "init", List.of(JsonNodeFactory.instance.nullNode()),
              "training.finalFraction", List.of(JsonNodeFactory.instance.numberNode(0.0)),
              "model.attention.bias", List.of(JsonNodeFactory.instance.booleanNode(false)),
              // As the bias of the other projections was.
              "model.attention.outputBias",
                  List.of(
                      JsonNodeFactory.instance.booleanNode(false),
                      JsonNodeFactory.instance.booleanNode(true)),
              "model.attention.headNormEpsilon",
                  List.of(JsonNodeFactory.instance.numberNode(0.0))));

  @Override
  public String name() {
    return ClassificationRecipe.TASK;
  }

  @Override
  public Class<ClassificationRecipe> recipeType() {
    return ClassificationRecipe.class;
  }

  @Override
  public ClassificationRecipe defaults() {
    return ClassificationRecipe.defaults();
  }

  @Override
  public ClassificationRecipe located(ClassificationRecipe recipe, RecipeFolder folder) {
    return recipe.located(folder);
  }

  @Override
  public SettingChanges changes() {
    return CHANGES;
  }

  @Override
  public Prepared<ClassificationRecipe> prepare(
      ClassificationRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    return new ClassificationData(recipe, folder, resumed, listener);
  }

  @Override
  public Optional<Baseline<ClassificationRecipe>> baselineOf(ClassificationRecipe recipe) {
    return Optional.of(new Baseline<>("dense", recipe.denseBaseline()));
  }
}
