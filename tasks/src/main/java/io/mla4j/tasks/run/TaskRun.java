package io.mla4j.tasks.run;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.data.batch.Batch;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Learner;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.RunListener;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Engine;
import io.mla4j.training.Trainer;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingOutcome;
import io.mla4j.training.TrainingRun;
import io.mla4j.training.TrainingState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Trains one recipe into one run folder and measures the model that was kept.
 *
 * @param <R> the recipe
 */
public final class TaskRun<R extends Recipe> {

  private static final String TEST = "test";
  private static final JsonMapper MAPPER = JsonMapper.builder().findAndAddModules().build();

  private final Recipes.Read<R> recipe;
  private final Path folder;
  private final Engine engine;
  private final RunListener listener;
  private volatile @Nullable Trainer<?> trainer;
  private volatile boolean stopRequested;

  public TaskRun(Recipes.Read<R> recipe, Path folder, Engine engine, RunListener listener) {
    this.recipe = recipe;
    this.folder = folder;
    this.engine = engine;
    this.listener = listener;
  }

  /** Reads the data, trains, and measures. */
  public TrainedModel run(TrainingObserver observer) {
    try (Prepared<R> data = prepare()) {
      return run(data, observer);
    }
  }

  /** Reads the data and the tokenizer; the folder is a run that can be resumed from here on. */
  public Prepared<R> prepare() {
    if (!RunFolders.isRun(folder)) {
      recipe.write(folder.resolve(Recipes.FILE));
    }
    // A tokenizer without a checkpoint may be anybody's.
    boolean resumed = RunFolders.hasCheckpoint(folder);
    if (resumed) { // a damaged one is told before the data are read
      TrainingCheckpoint.read(folder.resolve(TrainingCheckpoint.FILE)).close();
    }
    return recipe.task().prepare(recipe.recipe(), folder, resumed, listener);
  }

  /** Trains from the start, or from the folder's checkpoint, and measures on the test data. */
  public TrainedModel run(Prepared<R> data, TrainingObserver observer) {
    try (Learner<?> learner = data.learner(recipe.recipe(), engine)) {
      return run(learner, data.checksums(), observer);
    }
  }

  private <B extends Batch> TrainedModel run(
      Learner<B> learner, Map<String, String> checksums, TrainingObserver observer) {
    Provenance provenance = provenance(checksums);
    TrainingRun<B> run = trainingRun(learner, provenance);
    run.requireResumable(); // before anything of a run that is another's is overwritten
    if (!RunFolders.hasCheckpoint(folder)) {
      recipe.recipe().init().ifPresent(learner::readWeights);
    }
    recipe.write(folder.resolve(Recipes.FILE));
    learner.writeConfig(folder, provenance);
    TrainingOutcome outcome = fit(new Trainer<>(run, learner.training(), observer));
    if (outcome.ending() == TrainingOutcome.Ending.INTERRUPTED) {
      return new TrainedModel(recipe, folder, outcome, Optional.empty());
    }
    learner.readWeights(folder);
    return new TrainedModel(recipe, folder, outcome, measured(learner, outcome));
  }

  /** Asks a running training to stop and to write a checkpoint; any thread may. */
  public void requestStop() {
    stopRequested = true;
    Optional.ofNullable(trainer).ifPresent(Trainer::requestStop);
  }

  private <B extends Batch> TrainingRun<B> trainingRun(Learner<B> learner, Provenance provenance) {
    return new TrainingRun<>(
        learner.model(),
        engine,
        learner.objective(),
        learner.train(),
        learner.validation(),
        folder,
        () -> learner.writeWeights(folder),
        MAPPER.valueToTree(provenance),
        recipe.task().changes());
  }

  private TrainingOutcome fit(Trainer<?> started) {
    trainer = started;
    if (stopRequested) {
      started.requestStop();
    }
    return started.fit();
  }

  /** Empty if measuring was stopped. */
  private Optional<Findings> measured(Learner<?> learner, TrainingOutcome outcome) {
    OptionalLong examples = OptionalLong.of(learner.measuredExamples());
    Findings findings;
    try (RunListener.Stage stage = listener.stage("measuring", learner.measuredUnit(), examples)) {
      findings =
          learner.measure(
              done -> {
                requireGoingOn();
                stage.at(done);
              });
    } catch (CancellationException stopped) {
      return Optional.empty();
    }
    if (findings.onTest()) {
      record(findings, outcome.state());
    }
    return Optional.of(findings);
  }

  private void requireGoingOn() {
    if (stopRequested) {
      throw new CancellationException("asked to stop");
    }
  }

  /** Adds the figures to the run's metrics, at the step of the model that has them, once. */
  private void record(Findings findings, TrainingState state) {
    if (RunFolder.read(folder).stream().anyMatch(TaskRun::isTest)) {
      return; // the run was resumed after its end
    }
    try (RunFolder log = RunFolder.resume(folder, state.step(), Instant.now())) {
      log.record(
          new RunEvent.Evaluation(
              Instant.now(), state.bestStep(), TEST, findings.evaluation().figures()));
    }
  }

  private static boolean isTest(RunEvent event) {
    return event instanceof RunEvent.Evaluation evaluation && evaluation.split().equals(TEST);
  }

  private Provenance provenance(Map<String, String> checksums) {
    JsonNode configuration = MAPPER.readTree(recipe.json());
    return Provenance.now(engine, recipe.recipe().seed(), checksums, configuration);
  }
}
