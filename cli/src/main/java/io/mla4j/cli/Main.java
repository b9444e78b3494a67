package io.mla4j.cli;

import io.mla4j.cli.bench.BenchCommand;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.OutputLost;
import io.mla4j.cli.convert.ConvertCommand;
import io.mla4j.cli.data.DataCommand;
import io.mla4j.cli.doctor.DoctorCommand;
import io.mla4j.cli.evaluate.EvaluateCommand;
import io.mla4j.cli.generate.GenerateCommand;
import io.mla4j.cli.inspect.InspectCommand;
import io.mla4j.cli.predict.PredictCommand;
import io.mla4j.cli.score.ScoreCommand;
import io.mla4j.cli.tokenizer.TokenizerCommand;
import io.mla4j.cli.train.QuickstartCommand;
import io.mla4j.cli.train.TrainCommand;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code mla4j} command. */
@Command(
    name = "mla4j",
    description = "Trains, judges and uses transformers with efficient attention.",
    versionProvider = Version.class,
    subcommands = {
      QuickstartCommand.class,
      TrainCommand.class,
      PredictCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      ScoreCommand.class,
      InspectCommand.class,
      DataCommand.class,
      TokenizerCommand.class,
      ConvertCommand.class,
      BenchCommand.class,
      DoctorCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j quickstart",
      "      fetch real e-mails, train a spam classifier, see the report",
      "  ./mla4j train recipes/trec.yaml --set training.epochs=3",
      "      train a classifier as a recipe says",
      "  ./mla4j predict runs/spam \"You won a prize, click here\"",
      "      classify a text with a trained model",
      "  ./mla4j evaluate runs/spam datasets/spam-assassin/test.jsonl",
      "      accuracy, F1, calibration and confusions on labelled documents",
      "  ./mla4j generate runs/tiny-shakespeare \"ROMEO:\"",
      "      go on with a text by a language model",
      "  ./mla4j inspect runs/spam",
      "      layers, parameters, and what a token costs in the cache",
      "  ./mla4j bench kernels",
      "      how fast the kernels are here, beside the machine's peaks and libtorch",
      "  ./mla4j doctor",
      "      what this machine has and what is missing",
      "",
      "Each command explains itself: ./mla4j predict --help"
    })
public final class Main implements Runnable {

  private static final int FAILED = 1;
  private static final int HELP_WIDTH = 100;
  private static final String STACKTRACE_VARIABLE = "MLA4J_STACKTRACE";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help; // read by picocli

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log more to standard error; twice for even more.")
  private boolean[] verbose = {};

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error arose (or set MLA4J_STACKTRACE=1).")
  private boolean stacktrace;

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    // Figures read the same everywhere, as in the files they are written to.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int exitCode = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /**
   * Runs the command in this JVM.
   *
   * @return 0, 1 if it failed or what it printed was lost, 2 if it was used wrongly
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine command = main.commandLine().setOut(out).setErr(err);
    try {
      int exitCode = command.execute(args);
      if (exitCode == 0) {
        Console.requireWritten(out);
      }
      return exitCode;
    } catch (Error | OutputLost failure) { // picocli hands exceptions to the handler, not errors
      return main.failed(failure, err);
    }
  }

  CommandLine commandLine() {
    CommandLine command = new CommandLine(this);
    command.setUsageHelpWidth(HELP_WIDTH);
    explain(command);
    return command
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false) // a text to classify may start with @
        .setExecutionStrategy(this::execute)
        .setParameterExceptionHandler(new Misuse())
        .setExecutionExceptionHandler(
            (failure, failed, parsed) -> failed(failure, failed.getErr()));
  }

  /** Help lists options as they are declared, the most useful first, and only there. */
  private static void explain(CommandLine command) {
    command.getCommandSpec().usageMessage().abbreviateSynopsis(true).sortOptions(false);
    command.getSubcommands().values().forEach(Main::explain);
  }

  private int execute(ParseResult parsed) {
    Logging.verbosity(verbose.length);
    return new RunLast().execute(parsed);
  }

  private int failed(Throwable failure, PrintWriter err) {
    err.println("mla4j: " + Failure.sentence(failure));
    if (stacktrace || "1".equals(System.getenv(STACKTRACE_VARIABLE))) {
      failure.printStackTrace(err);
    }
    return FAILED;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
