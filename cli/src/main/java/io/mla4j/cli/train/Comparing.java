package io.mla4j.cli.train;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.StandardStream;
import io.mla4j.tensor.Engine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** Trains a recipe and, if wanted, the same model with dense attention on the same batches. */
final class Comparing {

  /** Beside the run's folder, the dense baseline's. */
  private static final String BASELINE_FOLDER = "dense-baseline";

  /**
   * What was trained.
   *
   * @param baseline empty if it was not wanted or the run was interrupted
   */
  record Trained(TrainedClassifier model, Optional<TrainedClassifier> baseline) {

    boolean completed() {
      return model.completed() && baseline.map(TrainedClassifier::completed).orElse(true);
    }
  }

  private final Engine engine;
  private final Console console;

  Comparing(Engine engine, Console console) {
    this.engine = engine;
    this.console = console;
  }

  Trained run(Recipe recipe, Path folder, boolean withBaseline) {
    ClassifierTraining training = training(recipe, folder);
    try (TrainingData data = training.prepare()) {
      TrainedClassifier model = watched(training, data, folder, recipe.name());
      if (!withBaseline || !model.completed()) {
        return new Trained(model, Optional.empty());
      }
      Recipe dense = recipe.withModel(recipe.model().denseBaseline());
      Path denseFolder = folder.resolve(BASELINE_FOLDER);
      ClassifierTraining baseline = training(dense, denseFolder);
      return new Trained(
          model, Optional.of(watched(baseline, data, folder, recipe.name() + " (dense)")));
    }
  }

  private ClassifierTraining training(Recipe recipe, Path folder) {
    return new ClassifierTraining(recipe, folder, engine, console::say);
  }

  private TrainedClassifier watched(
      ClassifierTraining training, TrainingData data, Path folder, String name) {
    PrintStream err = System.err;
    try (Interruption interruption = Interruption.stops(training::requestStop);
        TrainingProgress progress =
            new TrainingProgress(name, err, StandardStream.ERROR.isTerminal())) {
      TrainedClassifier trained = training.run(data, progress);
      if (!trained.completed()) {
        progress.say(
            "stopped after step %,d; go on with: ./mla4j train --resume %s"
                .formatted(trained.outcome().state().step(), folder));
      }
      return trained;
    }
  }
}
