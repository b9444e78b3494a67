package io.mla4j.cli.console;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Where a command writes: its results to standard output, everything else to standard error, so
 * that the results can be piped. A mixin: declare it with {@code @Mixin}.
 */
@Command
public final class Console {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  public PrintWriter out() {
    return spec.commandLine().getOut();
  }

  public PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** As {@link #requireWritten(PrintWriter)}: a long command need not go on for nobody. */
  public void requireWritten() {
    requireWritten(out());
  }

  /**
   * Requires that what was printed has arrived; a {@code PrintWriter} itself says nothing.
   *
   * @throws OutputLost if the disk is full, or whoever read has gone
   */
  public static void requireWritten(PrintWriter out) {
    if (out.checkError()) {
      throw new OutputLost();
    }
  }

  /** Tells something the user should not miss but that does not stop the command. */
  public void warn(String sentence) {
    err().println("warning: " + Printable.of(sentence));
  }

  /** Tells what is going on. */
  public void say(String sentence) {
    err().println(Printable.of(sentence));
  }

  /** A wrong use of the command, to be thrown: the sentence and exit code 2. */
  public ParameterException misuse(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  /** Prints the command's help, as a command with subcommands does when none is given. */
  public void printHelp() {
    spec.commandLine().usage(out());
  }
}
