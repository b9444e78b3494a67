package org.example.line;

import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.training.TrainingConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a line is learnt from. */
public record LineRecipe(
    String task,
    String name,
    int points,
    Optional<Path> init,
    TrainingConfig training,
    boolean baseline,
    EngineChoice engine)
    implements Recipe {

  @Override
  public long seed() {
    return training.seed();
  }

  @Override
  public Map<String, Path> inputs() {
    return Map.of();
  }
}
