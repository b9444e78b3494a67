package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MisuseTest {

  private static void misused(List<String> words, Object... args) {
    CommandRun run = CommandRun.of(args);
    assertEquals(2, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(2, run.err().lines().count(), run.err());
    assertTrue(run.err().lines().toList().get(1).startsWith("See 'mla4j"), run.err());
    run.assertOneSentence(words);
  }

  @Test
  void aMisspeltCommandIsSuggested() {
    misused(List.of("no command 'predcit'", "did you mean predict?"), "predcit");
    misused(List.of("no command 'gte'", "did you mean get?", "mla4j data"), "data", "gte");
  }

  @Test
  void aMisspeltOptionIsSuggested() {
    misused(
        List.of("no option '--enigne'", "did you mean --engine?"),
        "predict",
        "model",
        "text",
        "--enigne",
        "native");
  }

  @Test
  void whatIsMissingIsNamed() {
    misused(List.of("The argument MODEL is missing."), "inspect");
    misused(List.of("The argument DATA is missing."), "evaluate", "model");
  }

  @Test
  void oneArgumentTooMany() {
    misused(List.of("The argument 'b' is one too many."), "inspect", "a", "b");
  }

  @Test
  void valuesThatDoNotFit() {
    misused(List.of("--threads", "'many'"), "predict", "m", "t", "--threads", "many");
    misused(List.of("--device", "'tpu'", "cpu, cuda"), "predict", "m", "t", "--device", "tpu");
    misused(List.of("--format", "'xml'", "parquet"), "evaluate", "m", "d", "--format", "xml");
    misused(List.of("--encoding", "'utf-9'"), "evaluate", "m", "d", "--encoding", "utf-9");
    misused(List.of("--bad-rows"), "evaluate", "m", "d", "--bad-rows", "maybe");
    misused(List.of("--top is 1 or more, not 0."), "predict", "m", "t", "--top", "0");
    misused(
        List.of("--batch-size is 1 or more, not 0."), "evaluate", "m", "d", "--batch-size", "0");
    misused(List.of("not both"), "predict", "m", "t", "--file", "f.txt");
  }
}
