package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a command did. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  static CommandRun succeeding(Object... args) {
    CommandRun run = of(args);
    assertEquals(0, run.exitCode, () -> run.err);
    return run;
  }

  /** Requires that the command failed with one sentence that holds these words. */
  static void failing(List<String> words, Object... args) {
    CommandRun run = of(args);
    assertEquals(1, run.exitCode, () -> run.out + run.err);
    run.assertOneSentence(words);
  }

  void assertOneSentence(List<String> words) {
    List<String> lines = err.lines().filter(line -> line.startsWith("mla4j: ")).toList();
    assertEquals(1, lines.size(), err);
    assertTrue(lines.getFirst().matches(".*[.?]"), err);
    assertFalse(err.contains("\tat "), err);
    assertFalse(err.contains("Exception"), err);
    assertFalse(err.contains("mistake in mla4j"), err);
    words.forEach(word -> assertTrue(err.contains(word), () -> "'" + word + "' in: " + err));
  }

  List<String> outLines() {
    return out.lines().toList();
  }

  static JsonNode json(Path file) {
    return JsonMapper.shared().readTree(file.toFile());
  }
}
