package io.mla4j.tasks.run;

import io.mla4j.tasks.DataReport;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.Task;
import io.mla4j.tensor.Engine;
import io.mla4j.training.TrainingObserver;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains a recipe and, if it asks for that, what its model is compared with, on the same batches.
 *
 * @param <R> the recipe
 */
public final class ComparedRun<R extends Recipe> {

  /**
   * What was trained.
   *
   * @param baseline empty if it was not wanted or the run was interrupted
   * @param baselineName in a word; empty without one
   * @param data what it was trained and measured on
   */
  public record Trained(
      TrainedModel model, Optional<TrainedModel> baseline, String baselineName, DataReport data) {

    public boolean completed() {
      return model.completed() && baseline.map(TrainedModel::completed).orElse(true);
    }
  }

  private final Recipes.Read<R> recipe;
  private final Path folder;
  private final Engine engine;
  private final RunListener listener;
  private volatile @Nullable TaskRun<R> running;
  private volatile boolean stopRequested;

  public ComparedRun(Recipes.Read<R> recipe, Path folder, Engine engine, RunListener listener) {
    this.recipe = recipe;
    this.folder = folder;
    this.engine = engine;
    this.listener = listener;
  }

  /** Reads the data. Nothing is lost by ending the program meanwhile. */
  public Prepared<R> prepare() {
    return new TaskRun<>(recipe, folder, engine, listener).prepare();
  }

  /** Trains one model after the other, unless a request to stop comes between. */
  public Trained train(Prepared<R> data) {
    TrainedModel model = train(recipe, folder, data, recipe.recipe().name());
    Optional<Task.Baseline<Recipes.Read<R>>> baseline =
        recipe.recipe().baseline() && model.completed() ? recipe.baseline() : Optional.empty();
    if (baseline.isEmpty()) {
      return new Trained(model, Optional.empty(), "", data.report());
    }
    Task.Baseline<Recipes.Read<R>> other = baseline.get();
    String name = recipe.recipe().name() + " (" + other.name() + ")";
    TrainedModel compared = train(other.recipe(), folder.resolve(other.folder()), data, name);
    return new Trained(model, Optional.of(compared), other.name(), data.report());
  }

  private TrainedModel train(Recipes.Read<R> variant, Path into, Prepared<R> data, String name) {
    TaskRun<R> run = new TaskRun<>(variant, into, engine, listener);
    running = run;
    if (stopRequested) {
      run.requestStop();
    }
    TrainingObserver observer = listener.training(name);
    try {
      return run.run(data, observer);
    } finally {
      listener.trained(observer);
    }
  }

  /** Asks what is trained to stop and to write a checkpoint; any thread may. */
  public void requestStop() {
    stopRequested = true;
    Optional.ofNullable(running).ifPresent(TaskRun::requestStop);
  }
}
