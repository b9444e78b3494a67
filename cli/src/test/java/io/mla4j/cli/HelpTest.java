package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {

  static Stream<List<String>> commands() {
    List<List<String>> paths = new ArrayList<>();
    collect(new Main().commandLine(), List.of(), paths);
    return paths.stream();
  }

  private static void collect(CommandLine command, List<String> path, List<List<String>> paths) {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              if (!name.equals("help")) {
                paths.add(longer);
                collect(sub, longer, paths);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandTeachesByExample(List<String> path) {
    List<Object> args = new ArrayList<>(path);
    args.add("--help");
    CommandRun run = CommandRun.succeeding(args.toArray());
    String command = "./mla4j " + String.join(" ", path);
    int examples = run.out().indexOf("Examples:");
    assertTrue(examples > 0 && run.out().indexOf(command, examples) > 0, run.out());
  }

  /** From the program's name up to a comment; words in quotes are one. */
  private static final Pattern EXAMPLE = Pattern.compile("^ .*\\./mla4j ([^#]*)");

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @ParameterizedTest
  @MethodSource("commands")
  void everyExampleIsUnderstood(List<String> path) {
    List<Object> args = new ArrayList<>(path);
    args.add("--help");
    for (String line : CommandRun.succeeding(args.toArray()).outLines()) {
      Matcher example = EXAMPLE.matcher(line);
      if (example.find()) {
        String[] words =
            WORD.matcher(example.group(1))
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toArray(String[]::new);
        assertDoesNotThrow(() -> new Main().commandLine().parseArgs(words), line);
      }
    }
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    CommandRun run = CommandRun.succeeding();
    assertTrue(run.out().startsWith("Usage: mla4j"), run.out());
    assertTrue(run.out().contains("./mla4j predict runs/spam"), run.out());
    assertEquals(run.out(), CommandRun.succeeding("--help").out());
  }

  @Test
  void groupsShowTheirHelpToo() {
    assertTrue(CommandRun.succeeding("data").out().startsWith("Usage: mla4j data"));
    assertTrue(CommandRun.succeeding("tokenizer").out().startsWith("Usage: mla4j tokenizer"));
  }

  @Test
  void theVersionIsNamed() {
    String out = CommandRun.succeeding("--version").out();
    assertTrue(
        out.matches("(?s)mla4j \\d+\\.\\d+\\.\\d+.*\\((unknown|.*[0-9a-f]{7,}.*)\\).*"), out);
  }
}
