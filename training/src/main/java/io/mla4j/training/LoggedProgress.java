package io.mla4j.training;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.mla4j.telemetry.RunEvent;
import io.mla4j.training.objective.Evaluation;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Tells the platform's logger how training goes, which without further configuration prints to
 * standard error: each evaluation, and a step every ten seconds.
 */
final class LoggedProgress implements TrainingObserver {

  private static final System.Logger LOG = System.getLogger("io.mla4j.training");
  private static final long NANOS_BETWEEN_STEPS = 10_000_000_000L;

  private long totalSteps;
  private long lastLine = System.nanoTime();

  @Override
  public void started(TrainingState state, long steps) {
    totalSteps = steps;
    say("training from step %,d to %,d", state.step(), steps);
  }

  @Override
  public void recorded(RunEvent event) {
    if (event instanceof RunEvent.Recovery recovery) {
      LOG.log(WARNING, recovery.reason());
    }
    if (event instanceof RunEvent.Warning warning) {
      LOG.log(WARNING, warning.sentence());
    }
    if (event instanceof RunEvent.Step step && System.nanoTime() - lastLine > NANOS_BETWEEN_STEPS) {
      say(
          "step %,d of %,d, epoch %.2f: loss %.4f, %,.0f tokens a second",
          step.step(), totalSteps, step.epoch(), step.loss(), step.tokensPerSecond());
    }
  }

  @Override
  public void evaluated(TrainingState state, Evaluation evaluation, boolean best) {
    say(
        "step %,d of %,d: validation %s%s",
        state.step(),
        totalSteps,
        evaluation.figures().entrySet().stream()
            .map(
                figure -> String.format(Locale.ROOT, "%s %.4f", figure.getKey(), figure.getValue()))
            .collect(Collectors.joining(", ")),
        best ? ", the best so far" : "");
  }

  private void say(String format, Object... values) {
    lastLine = System.nanoTime();
    LOG.log(INFO, String.format(Locale.ROOT, format, values));
  }
}
