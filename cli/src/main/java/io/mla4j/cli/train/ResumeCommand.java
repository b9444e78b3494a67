package io.mla4j.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line that goes on with a run as the running one began it. */
final class ResumeCommand {

  /** These are settled once there is a run. */
  private static final Set<String> LEFT_OUT = Set.of("--set", "--run", "--resume");

  private ResumeCommand() {}

  /** A line for the shell, with the options the command was given. */
  static String line(CommandSpec command, Path folder) {
    List<String> words =
        new ArrayList<>(List.of("./mla4j", command.name(), "--resume", folder.toString()));
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (!LEFT_OUT.contains(option.longestName())) {
        words.add(option.longestName());
        words.addAll(option.arity().max() == 0 ? List.of() : option.originalStringValues());
      }
    }
    return String.join(" ", words.stream().map(ResumeCommand::quoted).toList());
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:=@%+,~-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
