package io.mla4j.training;

import io.mla4j.checkpoint.Described;
import io.mla4j.data.batch.Batch;
import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.objective.Evaluation;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.optimizer.AdamW;
import io.mla4j.training.optimizer.Optimizer;
import io.mla4j.training.optimizer.Schedule;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Trains a model into a run folder, whatever its objective. A run that was stopped at any moment
 * goes on from its last checkpoint and ends with the same parameters, bit for bit, as one that was
 * not.
 *
 * @param <B> a batch
 */
public final class Trainer<B extends Batch> {

  private static final int MOST_RECOVERIES = 8;

  private final TrainingRun<B> run;
  private final TrainingConfig config;
  private final Engine engine;
  private final Monitor monitor;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final TrainingFiles files;
  private final TrainingObserver observer;
  private final long batchesPerEpoch;
  private final long totalSteps;
  private volatile boolean stopRequested;
  private TrainingState state = TrainingState.START;
  private Optional<Evaluation> best = Optional.empty();

  /**
   * Trains with AdamW and the schedule that the configuration asks for.
   *
   * @throws IllegalArgumentException if the configuration monitors a figure that the objective does
   *     not offer
   */
  public Trainer(TrainingRun<B> run, TrainingConfig config, TrainingObserver observer) {
    this(run, config, observer, new AdamW(run.model(), config.optimizer()), Optional.empty());
  }

  /**
   * Trains with an optimizer and a schedule over it, which take the place of those of the
   * configuration; {@link #fit()} closes the optimizer.
   */
  public Trainer(
      TrainingRun<B> run,
      TrainingConfig config,
      TrainingObserver observer,
      Optimizer optimizer,
      Schedule schedule) {
    this(run, config, observer, optimizer, Optional.of(schedule));
  }

  private Trainer(
      TrainingRun<B> run,
      TrainingConfig config,
      TrainingObserver observer,
      Optimizer optimizer,
      Optional<Schedule> schedule) {
    this.run = run;
    this.config = config;
    this.observer = observer;
    this.engine = run.engine();
    this.monitor = config.monitoring().of(run.objective());
    this.optimizer = optimizer;
    this.files = new TrainingFiles(run, optimizer);
    this.batchesPerEpoch = run.train().batchesPerEpoch();
    this.totalSteps =
        config.epochs() * Math.ceilDiv(batchesPerEpoch, (long) config.step().accumulationSteps());
    this.schedule = schedule.orElseGet(() -> config.rates().over(optimizer, totalSteps));
  }

  /**
   * Trains a classifier with the usual settings and an optimizer and schedule of the caller's own.
   * The folder keeps metrics, checkpoints and the model that did best on the validation data, with
   * what is needed to use it; training goes on from a checkpoint that is there. The platform's
   * logger {@code io.mla4j.training} hears how it goes.
   *
   * @throws TrainingException if the folder is of a run over other data or with other settings
   */
  public static <M extends Module & Forward<TextBatch> & Described> TrainingOutcome fit(
      M model,
      DocumentSource train,
      DocumentSource validation,
      Optimizer optimizer,
      Schedule schedule,
      int epochs,
      Path folder) {
    return new ClassifierFit(train, validation, optimizer, schedule, epochs, folder).of(model);
  }

  /**
   * Asks training to stop after the running step or batch of an evaluation and to write a
   * checkpoint; any thread may.
   */
  public void requestStop() {
    stopRequested = true;
  }

  /** Trains from the run folder's checkpoint, or from the start where there is none. */
  public TrainingOutcome fit() {
    try (optimizer) {
      return train();
    }
  }

  /** As {@link #fit()}, without closing the optimizer. */
  TrainingOutcome train() {
    if (files.exists()) {
      restore();
    } else {
      files.write(state);
    }
    try (TensorScope scope = TensorScope.open();
        RunLog log = RunLog.open(run.folder(), state.step(), observer)) {
      observer.started(state, totalSteps);
      if (goesOn()) {
        epochs(log);
        write();
      }
      requireKept(log);
      return new TrainingOutcome(ending(), state, best);
    }
  }

  /** Replaces the checkpoint, unless the model is none to come back to. */
  private void write() {
    if (FiniteParameters.in(run.model())) {
      files.write(state);
    }
  }

  /** A run that ended leaves a model, even if no evaluation gave a figure to choose one by. */
  private void requireKept(RunLog log) {
    if (ending() == TrainingOutcome.Ending.INTERRUPTED || state.bestStep() > 0) {
      return;
    }
    if (!FiniteParameters.in(run.model())) {
      throw new TrainingException(
          "The run in %s ended with parameters that are not finite numbers, and no evaluation before"
                  .formatted(run.folder())
              + " gave a finite "
              + monitor.figure()
              + ", so it has no model to keep; start a new run with a lower learning rate.");
    }
    run.keepBest().run();
    warn(
        log,
        "No evaluation gave a finite %s to choose the best model by; the model that is kept is that of the last step, %d."
            .formatted(monitor.figure(), state.step()));
  }

  private void warn(RunLog log, String sentence) {
    log.record(new RunEvent.Warning(Instant.now(), state.step(), sentence));
  }

  private boolean goesOn() {
    return !stopRequested && ending() == TrainingOutcome.Ending.INTERRUPTED;
  }

  /** How training ended, were it to end now. */
  private TrainingOutcome.Ending ending() {
    if (state.outOfPatience()) {
      return TrainingOutcome.Ending.EARLY_STOPPED;
    }
    return state.epoch() < config.epochs()
        ? TrainingOutcome.Ending.INTERRUPTED
        : TrainingOutcome.Ending.COMPLETED;
  }

  private void restore() {
    state = files.read(engine);
    schedule.factor(state.learningRateFactor());
    schedule.set(state.step());
  }

  private void epochs(RunLog log) {
    TrainingStep<B> step = new TrainingStep<>(engine, run.objective(), optimizer, config.step());
    run.model().train(true);
    if (dueEvaluation()) { // one that a request to stop cut short
      evaluate(log);
    }
    while (goesOn()) {
      epoch(step, log);
    }
  }

  /** Runs what is left of an epoch; a recovery ends it early, at another place. */
  private void epoch(TrainingStep<B> steps, RunLog log) {
    try (BatchIterator<B> batches = run.train().batches(state.epoch(), state.batch())) {
      while (goesOn() && state.batch() < batchesPerEpoch) {
        List<B> group = group(batches);
        long start = System.nanoTime();
        engine.seed(StepSeed.of(config.seed(), state.step()));
        TrainingStep.Result result = steps.run(group);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!result.finite()) {
          recover(explained(result, group), log);
          return;
        }
        run.model().stepped();
        advance(result, group, seconds, log);
        long step = state.step();
        if (dueEvaluation()) {
          evaluate(log);
        } else if (step % config.recovery().checkpointEverySteps() == 0) {
          write();
        }
        if (state.step() != step) { // went back
          return;
        }
      }
    }
    if (goesOn()) {
      state = state.afterEpoch();
    }
  }

  private List<B> group(BatchIterator<B> batches) {
    List<B> group = new ArrayList<>();
    while (group.size() < config.step().accumulationSteps() && batches.hasNext()) {
      group.add(batches.next());
    }
    if (group.isEmpty()) {
      throw new TrainingException(
          "The training data changed while it was trained on: epoch %d ended after %d batches of %d;"
                  .formatted(state.epoch() + 1, state.batch(), batchesPerEpoch)
              + " restore the data and resume the run, or start a new one.");
    }
    return group;
  }

  private void advance(TrainingStep.Result result, List<B> group, double seconds, RunLog log) {
    double rate = optimizer.learningRate();
    state = state.afterStep(group.size(), seconds);
    schedule.step();
    long tokens = group.stream().mapToLong(Batch::realTokens).sum();
    double epoch = state.epoch() + (double) state.batch() / batchesPerEpoch;
    log.record(
        new RunEvent.Step(
            Instant.now(),
            state.step(),
            epoch,
            result.loss(),
            rate,
            result.gradientNorm(),
            tokens / seconds,
            seconds,
            result.figures()));
  }

  private boolean dueEvaluation() {
    if (state.evaluatedStep() == state.step()) {
      return false;
    }
    return config.monitoring().evaluateEverySteps() > 0
        ? state.step() % config.monitoring().evaluateEverySteps() == 0 || state.step() == totalSteps
        : state.batch() == batchesPerEpoch;
  }

  /** Measures the model, unless it is asked to stop meanwhile: then the measuring stays due. */
  private void evaluate(RunLog log) {
    try {
      judge(run.objective().evaluate(run.validation(), examples -> requireGoingOn()), log);
    } catch (CancellationException stopped) {
      // The state says that this step was not evaluated; a resumed run starts with that.
    }
  }

  private void requireGoingOn() {
    if (stopRequested) {
      throw new CancellationException("asked to stop");
    }
  }

  /** Keeps the model if it is the best so far, and ends training when patience is over. */
  private void judge(Evaluation evaluation, RunLog log) {
    if (!Double.isFinite(evaluation.loss())) {
      notJudged(evaluation, log);
      return;
    }
    double figure = evaluation.figures().getOrDefault(monitor.figure(), 0.0);
    state = state.afterEvaluation(monitor.score(figure));
    boolean improved = state.bestStep() == state.step();
    if (improved) {
      best = Optional.of(evaluation);
      run.keepBest().run();
    }
    if (config.monitoring().patience() > 0
        && state.evaluationsSinceBest() >= config.monitoring().patience()) {
      state = state.withoutPatience();
    }
    log.record(
        new RunEvent.Evaluation(Instant.now(), state.step(), "validation", evaluation.figures()));
    // What is known of the best model must be as new as the model on the disk.
    files.write(state);
    observer.evaluated(state, evaluation, improved);
  }

  /**
   * Diverged: neither the best nor a state to come back to. The next step finds that out and goes
   * back; where there is none, it is done here.
   */
  private void notJudged(Evaluation evaluation, RunLog log) {
    String found =
        "At step %d the validation loss is %s".formatted(state.step(), evaluation.loss());
    if (FiniteParameters.in(run.model())) {
      warn(log, found + " although the model is finite; this evaluation does not count.");
    } else if (state.epoch() + 1 == config.epochs() && state.batch() == batchesPerEpoch) {
      recover(
          "%s and the model is not finite (learning rate %.3g)."
              .formatted(found, optimizer.learningRate()),
          log);
    }
  }

  private String explained(TrainingStep.Result result, List<B> group) {
    return new NonFiniteLoss(result, group, state, optimizer.learningRate(), config.step())
        .explained();
  }

  private void recover(String reason, RunLog log) {
    if (config.recovery().onNonFinite() == RecoveryConfig.NonFinitePolicy.STOP) {
      throw new TrainingException(reason);
    }
    int recoveries = state.recoveries() + 1;
    if (recoveries > MOST_RECOVERIES) {
      throw new TrainingException(
          reason + " Training went back %d times already and gives up.".formatted(MOST_RECOVERIES));
    }
    long failedAt = state.step();
    double factor = state.learningRateFactor() / 2;
    run.model().stepped(); // forgets what the step counted; what it moves is read anew
    restore();
    state = state.recovered(factor, recoveries);
    schedule.factor(factor);
    files.write(state);
    log.backTo(state.step());
    log.record(
        new RunEvent.Recovery(
            Instant.now(),
            state.step(),
            reason + " Back from step %d to %d.".formatted(failedAt, state.step()),
            optimizer.learningRate()));
  }
}
