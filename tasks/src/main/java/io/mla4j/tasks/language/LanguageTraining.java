package io.mla4j.tasks.language;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.language.LanguageModeling;
import io.mla4j.training.objective.Monitor;

/**
 * How a language model is trained.
 *
 * @param loop as for any model
 * @param dropout of what each branch of a layer adds
 * @param initialDeviation of the numbers that matrices start with; 0 for the root of one over their
 *     width, which keeps the size of what passes through
 */
public record LanguageTraining(
    @JsonUnwrapped TrainingConfig loop, double dropout, double initialDeviation) {

  public LanguageTraining {
    Monitor.named(loop.monitoring().monitor(), LanguageModeling.MONITORS);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout is at least 0 and less than 1, not " + dropout + ".");
    }
    if (!(initialDeviation >= 0 && Double.isFinite(initialDeviation))) {
      throw new IllegalArgumentException(
          "initialDeviation is 0 or more, not " + initialDeviation + ".");
    }
  }

  static LanguageTraining defaults() {
    String monitor = LanguageModeling.MONITORS.getFirst().figure();
    return new LanguageTraining(TrainingConfig.defaults(monitor).withEpochs(1), 0, 0);
  }

  /** First values of a model's parameters. */
  Initializer initializer(Engine engine) {
    Initializer random = Initializer.random(engine, loop.seed());
    return initialDeviation == 0 ? random : random.withDeviation(initialDeviation);
  }
}
