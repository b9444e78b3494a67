package io.mla4j.cli.train;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.console.StandardStream;
import io.mla4j.tasks.RunListener;
import io.mla4j.training.TrainingObserver;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Shows what a run does on standard error. */
public final class ConsoleListener implements RunListener {

  private final Console console;
  private volatile @Nullable TrainingProgress shown;

  public ConsoleListener(Console console) {
    this.console = console;
  }

  @Override
  public void say(String sentence) {
    console.say(sentence);
  }

  @Override
  public void warn(String sentence) {
    console.warn(sentence);
  }

  @Override
  public Stage stage(String work, String unit, OptionalLong total) {
    Progress progress =
        total.isPresent()
            ? Progress.start(console, work, unit, total.getAsLong())
            : Progress.start(console, work, unit);
    return new Stage() {
      @Override
      public void at(long done) {
        progress.at(done);
      }

      @Override
      public void close() {
        progress.close();
      }
    };
  }

  @Override
  public TrainingObserver training(String name) {
    TrainingProgress progress =
        new TrainingProgress(name, System.err, StandardStream.ERROR.isTerminal());
    shown = progress;
    return progress;
  }

  @Override
  public void trained(TrainingObserver observer) {
    Optional.ofNullable(shown).ifPresent(TrainingProgress::close);
    shown = null;
  }

  /** Prints a line, without breaking the bar of a training that shows one. */
  void sayMeanwhile(String line) {
    Optional.ofNullable(shown).ifPresentOrElse(bar -> bar.say(line), () -> console.say(line));
  }
}
