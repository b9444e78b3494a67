package io.mla4j.cli;

import io.mla4j.config.NearestName;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns a wrong option, argument or subcommand into a sentence and a way on. */
final class Misuse implements IParameterExceptionHandler {

  private static final int EXIT_CODE = 2;

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("mla4j: " + sentence(failure));
    err.println("See '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    return EXIT_CODE;
  }

  private static String sentence(ParameterException failure) {
    return switch (failure) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched);
      case MissingParameterException missing -> missing(missing);
      default -> Failure.sentence(failure);
    };
  }

  private static String unmatched(UnmatchedArgumentException failure) {
    String argument = failure.getUnmatched().getFirst();
    CommandLine command = failure.getCommandLine();
    if (failure.isUnknownOption()) {
      return "There is no option '" + argument + "'" + instead(argument, options(command));
    }
    return command.getSubcommands().isEmpty()
        ? "The argument '" + argument + "' is one too many."
        : "There is no command '"
            + argument
            + "'"
            + instead(argument, command.getSubcommands().keySet());
  }

  private static Set<String> options(CommandLine command) {
    return command.getCommandSpec().optionsMap().keySet();
  }

  private static String instead(String typed, Set<String> known) {
    return NearestName.of(typed, known)
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse(".");
  }

  private static String missing(MissingParameterException failure) {
    List<String> names = failure.getMissing().stream().map(Misuse::name).toList();
    return String.join(" and ", names) + (names.size() == 1 ? " is missing." : " are missing.");
  }

  private static String name(ArgSpec argument) {
    return argument.isOption()
        ? "The option " + ((CommandLine.Model.OptionSpec) argument).longestName()
        : "The argument " + argument.paramLabel().toUpperCase(Locale.ROOT);
  }
}
