package io.mla4j.cli.train;

import io.mla4j.telemetry.RunEvent;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingState;
import io.mla4j.training.objective.Evaluation;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run on the terminal: a bar with loss, speed and remaining time, or a plain line now and
 * then where the output is not a terminal.
 */
final class TrainingProgress implements TrainingObserver, AutoCloseable {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final double SMOOTHING = 0.95;

  private final String name;
  private final PrintStream out;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private long totalSteps;
  private double loss = Double.NaN;
  private double secondsPerStep;
  private double tokensPerSecond;
  private long lastLine = System.nanoTime();

  TrainingProgress(String name, PrintStream out, boolean terminal) {
    this.name = name;
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void started(TrainingState state, long steps) {
    totalSteps = steps;
    if (state.step() > 0) {
      out.printf("%s: resuming at step %,d of %,d.%n", name, state.step(), steps);
    }
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(out))
              .startsFrom(state.step(), Duration.ZERO)
              .build();
    }
  }

  @Override
  public void recorded(RunEvent event) {
    switch (event) {
      case RunEvent.Step step -> step(step);
      case RunEvent.Recovery recovery -> say("warning: " + recovery.reason());
      case RunEvent.Warning warning -> say("warning: " + warning.sentence());
      case RunEvent.Evaluation evaluation -> {}
    }
  }

  private void step(RunEvent.Step step) {
    loss = smoothed(loss, step.loss());
    secondsPerStep = smoothed(secondsPerStep == 0 ? Double.NaN : secondsPerStep, step.seconds());
    tokensPerSecond =
        smoothed(tokensPerSecond == 0 ? Double.NaN : tokensPerSecond, step.tokensPerSecond());
    ProgressBar shown = bar;
    if (shown != null) {
      shown.stepTo(step.step());
      shown.setExtraMessage("loss %.3f, %,.0f tokens/s".formatted(loss, tokensPerSecond));
    } else if (System.nanoTime() - lastLine > BETWEEN_LINES.toNanos()) {
      lastLine = System.nanoTime();
      Duration left = Duration.ofSeconds((long) ((totalSteps - step.step()) * secondsPerStep));
      out.printf(
          "%s: step %,d of %,d, epoch %.2f, loss %.3f, %,.0f tokens/s, %d:%02d left%n",
          name,
          step.step(),
          totalSteps,
          step.epoch(),
          loss,
          tokensPerSecond,
          left.toMinutes(),
          left.toSecondsPart());
    }
  }

  private static double smoothed(double mean, double value) {
    return Double.isNaN(mean) ? value : SMOOTHING * mean + (1 - SMOOTHING) * value;
  }

  @Override
  public void evaluated(TrainingState state, Evaluation evaluation, boolean best) {
    say(
        "step %,d: validation %s%s"
            .formatted(
                state.step(), FigureText.of(evaluation.figures()), best ? " (best so far)" : ""));
  }

  /** Prints a line without breaking the bar. */
  void say(String line) {
    ProgressBar shown = bar;
    if (shown != null) {
      out.print("\r\u001b[K");
    }
    out.println(name + ": " + line);
  }

  @Override
  public void close() {
    ProgressBar shown = bar;
    if (shown != null) {
      shown.close();
      bar = null;
    }
  }
}
