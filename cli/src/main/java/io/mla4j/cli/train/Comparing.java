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
  static final String BASELINE_FOLDER = "dense-baseline";

  /**
   * What was trained.
   *
   * @param baseline empty if it was not wanted or the run was interrupted
   * @param data what it was trained and measured on
   */
  record Trained(TrainedClassifier model, Optional<TrainedClassifier> baseline, DataReport data) {

    boolean completed() {
      return model.completed() && baseline.map(TrainedClassifier::completed).orElse(true);
    }
  }

  private final Engine engine;
  private final Console console;
  private final String resumeCommand;

  /**
   * @param resumeCommand what the user is told to go on with if the run is stopped
   */
  Comparing(Engine engine, Console console, String resumeCommand) {
    this.engine = engine;
    this.console = console;
    this.resumeCommand = resumeCommand;
  }

  Trained run(Recipe recipe, RunClaim claim) {
    try {
      return trained(recipe, claim.folder());
    } catch (RuntimeException | Error failure) {
      claim.giveUp(failure);
      throw failure;
    }
  }

  private Trained trained(Recipe recipe, Path folder) {
    ClassifierTraining training = training(recipe, folder);
    try (TrainingData data = prepared(training)) {
      TrainedClassifier model = watched(training, data, recipe.name());
      if (!recipe.baseline() || !model.completed()) {
        return new Trained(model, Optional.empty(), data.report());
      }
      ClassifierTraining baseline =
          training(recipe.denseBaseline(), folder.resolve(BASELINE_FOLDER));
      return new Trained(
          model, Optional.of(watched(baseline, data, recipe.name() + " (dense)")), data.report());
    }
  }

  /** Nothing is lost by ending at once while the data are read. */
  private TrainingData prepared(ClassifierTraining training) {
    Runnable end =
        () -> {
          console.say("stopped while reading the data; go on with: " + resumeCommand);
          System.exit(Interruption.EXIT_CODE);
        };
    try (Interruption interruption = Interruption.stops(end)) {
      return training.prepare();
    }
  }

  private ClassifierTraining training(Recipe recipe, Path folder) {
    return new ClassifierTraining(recipe, folder, engine, console);
  }

  private TrainedClassifier watched(ClassifierTraining training, TrainingData data, String name) {
    PrintStream err = System.err;
    try (TrainingProgress progress =
            new TrainingProgress(name, err, StandardStream.ERROR.isTerminal());
        Interruption interruption =
            Interruption.stops(
                () -> {
                  progress.say("stopping and writing a checkpoint; once more to end at once");
                  training.requestStop();
                })) {
      TrainedClassifier trained = training.run(data, progress);
      if (!trained.completed()) {
        progress.say(
            "stopped after step %,d; go on with: %s"
                .formatted(trained.outcome().state().step(), resumeCommand));
      }
      return trained;
    }
  }
}
