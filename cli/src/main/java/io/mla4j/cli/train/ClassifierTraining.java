package io.mla4j.cli.train;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.config.ConfigWriter;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.training.Trainer;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingOutcome;
import io.mla4j.training.TrainingRun;
import io.mla4j.training.evaluation.Evaluation;
import io.mla4j.training.evaluation.Evaluator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trains one recipe into one run folder and measures the model that was kept. */
final class ClassifierTraining {

  static final String RECIPE_FILE = "recipe.yaml";

  private static final JsonMapper MAPPER = JsonMapper.builder().findAndAddModules().build();

  private final Recipe recipe;
  private final Path folder;
  private final Engine engine;
  private final Consumer<String> say;
  private volatile @Nullable Trainer<TextClassifier> trainer;
  private volatile boolean stopRequested;

  ClassifierTraining(Recipe recipe, Path folder, Engine engine, Consumer<String> say) {
    this.recipe = recipe;
    this.folder = folder;
    this.engine = engine;
    this.say = say;
  }

  /** Reads the data, trains, and measures. */
  TrainedClassifier run(TrainingObserver observer) {
    try (TrainingData data = prepare()) {
      return run(data, observer);
    }
  }

  /** Reads the data and the tokenizer, which the run folder keeps. */
  TrainingData prepare() {
    return new TrainingData(recipe, new ModelFolder(folder).tokenizerFile(), say);
  }

  /** Trains from the start, or from the folder's checkpoint, and measures on the test data. */
  TrainedClassifier run(TrainingData data, TrainingObserver observer) {
    ClassifierFolder files = new ClassifierFolder(folder);
    TextClassifierConfig config = data.resolved(recipe.model());
    ConfigWriter.write(folder.resolve(RECIPE_FILE), Recipe.class, recipe);
    Provenance provenance = provenance(data.checksums());
    try (TextClassifier model =
        new TextClassifier(config, Initializer.random(engine, recipe.training().seed()))) {
      files.writeConfig(config, data.tokenizer(), provenance);
      TrainingOutcome outcome = fit(model, data, provenance, files, observer);
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

  private TrainingOutcome fit(
      TextClassifier model,
      TrainingData data,
      Provenance provenance,
      ClassifierFolder files,
      TrainingObserver observer) {
    TrainingRun<TextClassifier> run =
        new TrainingRun<>(
            model,
            engine,
            data.train(),
            data.validation(),
            folder,
            () -> files.writeWeights(model),
            MAPPER.valueToTree(provenance));
    Trainer<TextClassifier> started = new Trainer<>(run, recipe.training(), observer);
    trainer = started;
    if (stopRequested) {
      started.requestStop();
    }
    return started.fit();
  }

  private TrainedClassifier measured(
      TextClassifier model, TrainingData data, TrainingOutcome outcome) {
    boolean tested = data.test().isPresent();
    var measuredOn = data.test().orElse(data.validation());
    SampleChooser samples = new SampleChooser(data.labels());
    Evaluation evaluation =
        new Evaluator(engine).evaluate(model, measuredOn, done -> {}, samples::add);
    return new TrainedClassifier(
        recipe,
        folder,
        model.config(),
        model.parameterCount(),
        outcome,
        Optional.of(evaluation),
        tested,
        samples.choose(measuredOn.examples()));
  }

  private Provenance provenance(Map<String, String> checksums) {
    JsonNode configuration = MAPPER.readTree(ConfigWriter.json(Recipe.class, recipe));
    return Provenance.now(engine, recipe.training().seed(), checksums, configuration);
  }
}
