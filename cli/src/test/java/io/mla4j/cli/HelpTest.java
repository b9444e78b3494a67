package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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
    assertTrue(CommandRun.succeeding("--version").out().startsWith("mla4j "));
  }
}
