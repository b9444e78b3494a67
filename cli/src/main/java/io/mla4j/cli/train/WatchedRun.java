package io.mla4j.cli.train;

import io.mla4j.cli.console.Console;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tasks.run.RunClaim;
import io.mla4j.tasks.run.TrainedModel;
import io.mla4j.tensor.Engine;

/** A run at the terminal, which Ctrl-C stops so that it can be gone on with. */
final class WatchedRun {

  private final Engine engine;
  private final Console console;
  private final String resumeCommand;

  /**
   * @param resumeCommand what the user is told to go on with if the run is stopped
   */
  WatchedRun(Engine engine, Console console, String resumeCommand) {
    this.engine = engine;
    this.console = console;
    this.resumeCommand = resumeCommand;
  }

  <R extends Recipe> ComparedRun.Trained run(Recipes.Read<R> recipe, RunClaim claim) {
    try {
      ConsoleListener listener = new ConsoleListener(console);
      return trained(new ComparedRun<>(recipe, claim.folder(), engine, listener), listener);
    } catch (RuntimeException | Error failure) {
      claim.giveUp(failure);
      throw failure;
    }
  }

  private <R extends Recipe> ComparedRun.Trained trained(
      ComparedRun<R> run, ConsoleListener listener) {
    try (Prepared<R> data = prepared(run);
        Interruption interruption = Interruption.stops(() -> stop(run, listener))) {
      ComparedRun.Trained trained = run.train(data);
      if (!trained.completed()) {
        TrainedModel stopped = trained.baseline().orElse(trained.model());
        console.say(
            "%s: stopped after step %,d; go on with: %s"
                .formatted(
                    stopped.recipe().recipe().name(),
                    stopped.outcome().state().step(),
                    resumeCommand));
      }
      return trained;
    }
  }

  private static void stop(ComparedRun<?> run, ConsoleListener listener) {
    listener.sayMeanwhile("stopping and writing a checkpoint; once more to end at once");
    run.requestStop();
  }

  /** Nothing is lost by ending at once while the data are read. */
  private <R extends Recipe> Prepared<R> prepared(ComparedRun<R> run) {
    Runnable end =
        () -> {
          console.say("stopped while reading the data; go on with: " + resumeCommand);
          System.exit(Interruption.EXIT_CODE);
        };
    try (Interruption interruption = Interruption.stops(end)) {
      return run.prepare();
    }
  }
}
