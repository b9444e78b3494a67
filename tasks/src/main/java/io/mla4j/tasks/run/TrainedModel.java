package io.mla4j.tasks.run;

import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Recipes;
import io.mla4j.training.TrainingOutcome;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A training run that ended.
 *
 * @param findings of the kept model; empty if training was interrupted
 */
public record TrainedModel(
    Recipes.Read<?> recipe, Path folder, TrainingOutcome outcome, Optional<Findings> findings) {

  public boolean completed() {
    return findings.isPresent();
  }

  /**
   * What came out of it.
   *
   * @throws IllegalStateException if it was interrupted
   */
  public Findings found() {
    return findings.orElseThrow(
        () -> new IllegalStateException("An interrupted run has no figures."));
  }
}
