package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Options that say how texts are read hold for standard input as for files. */
class StandardInputTest {

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void model() {
    model = TinyModel.biased(folder.resolve("model"));
  }

  private static CommandRun predicting(byte[] input, Object... options) {
    List<Object> args = new ArrayList<>(List.of("predict", model, "-e", "native", "-o", "json"));
    args.addAll(Arrays.asList(options));
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return CommandRun.of(args.toArray());
    } finally {
      System.setIn(before);
    }
  }

  private static CommandRun predicting(String input, Object... options) {
    return predicting(input.getBytes(StandardCharsets.UTF_8), options);
  }

  private static List<String> texts(CommandRun run) {
    assertEquals(0, run.exitCode(), run.err());
    return run.outLines().stream()
        .map(line -> JsonMapper.shared().readTree(line).path("text").asString())
        .toList();
  }

  @Test
  void rowsAreReadAsTheOptionsSay() {
    String lines = "{\"body\": \"one\"}\nno row\n{\"body\": \"two\"}\n";
    for (Object place : new Object[] {"-", "--file=-"}) {
      CommandRun run =
          predicting(
              lines, place, "--format", "jsonl", "--text-column", "body", "--bad-rows", "skip");
      assertEquals(List.of("one", "two"), texts(run));
      assertTrue(
          run.err().contains("1 of 3 rows were skipped, the first at Standard input, line 2"));
    }
    assertEquals(
        List.of("one, two"),
        texts(
            predicting(
                "x,\"one, two\"\n", "--file=-", "--format=csv", "--no-header", "--text-column=2")));
    assertEquals(List.of("one"), texts(predicting("[{\"text\": \"one\"}]", "-", "--format=json")));
  }

  @Test
  void badRowsStopOrAreNamed() {
    CommandRun run = predicting("{\"text\": \"one\"}\n[]\n", "--file=-", "--format=jsonl");
    assertEquals(1, run.exitCode());
    run.assertOneSentence(List.of("Standard input, line 2: the line must be one JSON object."));
    predicting("PAR1", "-", "--format=parquet").assertOneSentence(List.of("is a pipe"));
  }

  @Test
  void linesThatAreNoTextAreBadRows() {
    byte[] lines = "one\ncaf\u00e9\ntwo\n".getBytes(StandardCharsets.ISO_8859_1);
    CommandRun run = predicting(lines, "-", "--bad-rows=skip");
    assertEquals(List.of("one", "two"), texts(run));
    assertTrue(run.err().contains("1 of 3 rows were skipped, the first at Standard input, line 2"));
    assertEquals(1, predicting(lines, "-").exitCode());
    byte[] none = "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    predicting(none, "-", "--bad-rows=skip")
        .assertOneSentence(List.of("None of the 1 lines of Standard input can be used"));
  }

  @Test
  void anOptionWithoutAMeaningIsRefused() throws Exception {
    refused(
        List.of("--text-column is for rows", "standard input", "--format"),
        "-",
        "--text-column=body");
    refused(List.of("--no-header is for rows", "standard input"), "--file=-", "--no-header");
    refused(List.of("--whole", "leave out --format"), "-", "--whole", "--format=csv");
    refused(List.of("--format says how a file is read"), "a text", "--format=csv");
    Path lines = Files.writeString(folder.resolve("lines.txt"), "one\n");
    refused(List.of("--text-column is for rows", "lines.txt"), "-f", lines, "--text-column=body");
  }

  private static void refused(List<String> words, Object... options) {
    CommandRun run = predicting("one\n", options);
    assertEquals(2, run.exitCode(), run.out());
    run.assertOneSentence(words);
  }

  @Test
  void anotherEncodingIsNamed() {
    CommandRun run = predicting("one\ntwo\n".getBytes(StandardCharsets.UTF_16LE), "-");
    assertEquals(1, run.exitCode(), run.out());
    run.assertOneSentence(List.of("Standard input is not UTF-8 but looks like UTF-16LE"));
  }

  @Test
  void controlCharactersOfAFileDoNotReachTheTerminal() throws Exception {
    Path file =
        Files.writeString(folder.resolve("escape.csv"), "\u001b[2Jbody,\u0007\nred \u001b[31m,x\n");
    CommandRun refused = CommandRun.of("predict", model, "-e", "native", "--file", file);
    refused.assertOneSentence(List.of("it has \\u001B[2Jbody, \\u0007."));
    assertTrue((refused.err() + refused.out()).chars().noneMatch(c -> c == 0x1B || c == 7));
    CommandRun run =
        CommandRun.succeeding(
            "predict", model, "-e", "native", "--file", file, "--no-header", "--text-column", "1");
    assertTrue(run.out().contains("red \\u001B[31m"), run.out());
    assertTrue(run.out().chars().noneMatch(c -> c == 0x1B));
  }
}
