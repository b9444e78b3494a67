package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ResumeCommandTest {

  private static String line(Object command, String... arguments) {
    CommandLine parser = new CommandLine(command);
    parser.parseArgs(arguments);
    return ResumeCommand.line(parser.getCommandSpec(), Path.of("runs", "x"));
  }

  @Test
  void aPlainRunNeedsItsFolderAlone() {
    assertEquals(
        "./mla4j train --resume runs/x",
        line(new TrainCommand(), "r.yaml", "--set", "training.epochs=3", "--run", "runs/x"));
  }

  @Test
  void keepsEveryOtherOption() {
    assertEquals(
        "./mla4j train --resume runs/x --baseline --json 'my figures.json' --threads 1",
        line(
            new TrainCommand(),
            "r.yaml",
            "--baseline",
            "--json=my figures.json",
            "--threads",
            "1"));
  }

  @Test
  void quickstartIsResumedByItself() {
    assertEquals(
        "./mla4j quickstart --resume runs/x --short --engine torch",
        line(new QuickstartCommand(), "--short", "-e", "torch"));
  }
}
