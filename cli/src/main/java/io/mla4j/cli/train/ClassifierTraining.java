package io.mla4j.cli.train;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.config.ConfigWriter;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Engine;
import io.mla4j.training.Trainer;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingOutcome;
import io.mla4j.training.TrainingRun;
import io.mla4j.training.TrainingState;
import io.mla4j.training.evaluation.Evaluation;
import io.mla4j.training.evaluation.Evaluator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trains one recipe into one run folder and measures the model that was kept. */
final class ClassifierTraining {

  static final String RECIPE_FILE = "recipe.yaml";

  private static final String TEST = "test";

  private static final JsonMapper MAPPER = JsonMapper.builder().findAndAddModules().build();

  private final Recipe recipe;
  private final Path folder;
  private final Engine engine;
  private final Console console;
  private volatile @Nullable Trainer<TextClassifier> trainer;
  private volatile boolean stopRequested;

  ClassifierTraining(Recipe recipe, Path folder, Engine engine, Console console) {
    this.recipe = recipe;
    this.folder = folder;
    this.engine = engine;
    this.console = console;
  }

  /** Reads the data, trains, and measures. */
  TrainedClassifier run(TrainingObserver observer) {
    try (TrainingData data = prepare()) {
      return run(data, observer);
    }
  }

  /** Reads the data and the tokenizer; the folder is a run that can be resumed from here on. */
  TrainingData prepare() {
    if (!RunFolders.isRun(folder)) {
      writeRecipe();
    }
    // A tokenizer without a checkpoint may be anybody's.
    boolean resumed = RunFolders.hasCheckpoint(folder);
    if (resumed) { // a damaged one is told before the data are read
      TrainingCheckpoint.read(folder.resolve(TrainingCheckpoint.FILE)).close();
    }
    return new TrainingData(recipe, new ModelFolder(folder).tokenizerFile(), resumed, console);
  }

  private void writeRecipe() {
    ConfigWriter.write(folder.resolve(RECIPE_FILE), Recipe.class, recipe);
  }

  /** Trains from the start, or from the folder's checkpoint, and measures on the test data. */
  TrainedClassifier run(TrainingData data, TrainingObserver observer) {
    ClassifierFolder files = new ClassifierFolder(folder);
    TextClassifierConfig config = data.resolved(recipe.model());
    Provenance provenance = provenance(data.checksums());
    try (TextClassifier model =
        new TextClassifier(config, Initializer.random(engine, recipe.training().seed()))) {
      TrainingRun<TextClassifier> run = run(model, data, provenance, files);
      run.requireResumable(); // before anything of a run that is another's is overwritten
      writeRecipe();
      files.writeConfig(config, data.tokenizer(), provenance);
      TrainingOutcome outcome = fit(run, observer);
      if (outcome.ending() == TrainingOutcome.Ending.INTERRUPTED) {
        return TrainedClassifier.interrupted(recipe, folder, config, outcome);
      }
      files.readWeights(model);
      return measured(model, data, outcome);
    }
  }

  /** Asks a running training to stop and to write a checkpoint; any thread may. */
  void requestStop() {
    stopRequested = true;
    Optional.ofNullable(trainer).ifPresent(Trainer::requestStop);
  }

  private TrainingRun<TextClassifier> run(
      TextClassifier model, TrainingData data, Provenance provenance, ClassifierFolder files) {
    return new TrainingRun<>(
        model,
        engine,
        data.train(),
        data.validation(),
        folder,
        () -> files.writeWeights(model),
        MAPPER.valueToTree(provenance),
        Recipe.MAY_CHANGE);
  }

  private TrainingOutcome fit(TrainingRun<TextClassifier> run, TrainingObserver observer) {
    Trainer<TextClassifier> started = new Trainer<>(run, recipe.training(), observer);
    trainer = started;
    if (stopRequested) {
      started.requestStop();
    }
    return started.fit();
  }

  private TrainedClassifier measured(
      TextClassifier model, TrainingData data, TrainingOutcome outcome) {
    var measuredOn = data.test().orElse(data.validation());
    SampleChooser samples = new SampleChooser(data.labels());
    Evaluation evaluation;
    try (Progress progress =
        Progress.start(console, "measuring", "documents", measuredOn.documentsPerEpoch())) {
      evaluation =
          new Evaluator(engine)
              .evaluate(
                  model,
                  measuredOn,
                  documents -> {
                    requireGoingOn();
                    progress.at(documents);
                  },
                  samples::add);
    } catch (CancellationException stopped) {
      return TrainedClassifier.interrupted(recipe, folder, model.config(), outcome);
    }
    data.test().ifPresent(test -> record(evaluation, outcome.state()));
    return new TrainedClassifier(
        recipe,
        folder,
        model.config(),
        model.parameterCount(),
        outcome,
        Optional.of(evaluation),
        data.test().isPresent(),
        samples.choose(measuredOn.examples()));
  }

  private void requireGoingOn() {
    if (stopRequested) {
      throw new CancellationException("asked to stop");
    }
  }

  /** Adds the figures to the run's metrics, at the step of the model that has them, once. */
  private void record(Evaluation evaluation, TrainingState state) {
    if (RunFolder.read(folder).stream().anyMatch(ClassifierTraining::isTest)) {
      return; // the run was resumed after its end
    }
    try (RunFolder log = RunFolder.resume(folder, state.step(), Instant.now())) {
      log.record(
          new RunEvent.Evaluation(Instant.now(), state.bestStep(), TEST, evaluation.figures()));
    }
  }

  private static boolean isTest(RunEvent event) {
    return event instanceof RunEvent.Evaluation evaluation && evaluation.split().equals(TEST);
  }

  private Provenance provenance(Map<String, String> checksums) {
    JsonNode configuration = MAPPER.readTree(ConfigWriter.json(Recipe.class, recipe));
    return Provenance.now(engine, recipe.training().seed(), checksums, configuration);
  }
}
