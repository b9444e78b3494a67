package io.mla4j.cli.console;

import java.util.OptionalLong;

/** How far a long step is, told to a person or a log. */
public sealed interface Progress extends AutoCloseable permits ProgressLine, ProgressLog {

  /**
   * Starts telling: a bar where standard error is a terminal, else a plain line now and then.
   *
   * @param task what is done, as the start of a line
   * @param unit of the total, in the plural
   */
  static Progress start(Console console, String task, String unit, long total) {
    return start(console, task, unit, OptionalLong.of(total));
  }

  /** Starts telling of a step that nobody knows the length of. */
  static Progress start(Console console, String task, String unit) {
    return start(console, task, unit, OptionalLong.empty());
  }

  private static Progress start(Console console, String task, String unit, OptionalLong total) {
    return StandardStream.ERROR.isTerminal()
        ? new ProgressLine(task, unit, total)
        : new ProgressLog(console.err(), task, unit, total);
  }

  /** So much is done. */
  void at(long done);

  @Override
  void close();
}
