package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvaluateTest {

  @TempDir static Path folder;
  private static Path model;
  private static Path data;

  /** Three of four documents are spam, and the model always says spam. */
  @BeforeAll
  static void modelAndData() throws IOException {
    model = TinyModel.biased(folder.resolve("model"));
    data = folder.resolve("test.csv");
    Files.writeString(
        data,
        "text,label\nYou won,spam\nThe meeting is on Monday,ham\nclick here,spam\ncheap,spam\n");
  }

  @Test
  void theFiguresAreRight() {
    Path json = folder.resolve("figures.json");
    CommandRun.succeeding("evaluate", model, data, "--engine", "native", "--json", json);
    JsonNode figures = CommandRun.json(json);
    assertEquals(4, figures.path("documents").asInt());
    assertEquals(0.75, figures.path("accuracy").asDouble());
    // Spam: precision 3/4, recall 1, F1 6/7. Ham is never said: 0.
    assertEquals(3.0 / 7, figures.path("macroF1").asDouble(), 1e-12);
    double loss = (3 * Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(1))) / 4;
    assertEquals(loss, figures.path("loss").asDouble(), 1e-6);
    double calibration = Math.abs(0.75 - TinyModel.SPAM);
    assertEquals(calibration, figures.path("expectedCalibrationError").asDouble(), 1e-6);
    assertEquals("[[0,1],[0,3]]", figures.path("confusion").toString());
    assertEquals(0.75, figures.path("classes").path(1).path("precision").asDouble());
    assertEquals(3, figures.path("classes").path(1).path("support").asInt());
    assertEquals(0, figures.path("lengths").path("cutDocuments").asInt());
    assertEquals("native", figures.path("engine").asString());
  }

  @Test
  void peopleSeeThemToo() {
    List<String> lines =
        CommandRun.succeeding("evaluate", model, data, "-e", "native", "--threads", 1).outLines();
    assertEquals("4 documents", lines.get(0));
    assertEquals("  accuracy           75.00 %", lines.get(1));
    assertEquals("  macro-F1           42.86 %", lines.get(2));
    assertTrue(lines.get(5).endsWith("native engine, 1 thread"), lines.get(5));
    assertTrue(lines.contains("ham       0.00 %    0.00 %   0.00 %          1"), lines.toString());
    assertTrue(lines.contains("spam     75.00 %  100.00 %  85.71 %          3"), lines.toString());
    assertTrue(lines.contains("  ham     .     1"), lines.toString());
  }

  @Test
  void everyPredictionIsWrittenInTheOrderOfTheData() throws IOException {
    Path file = folder.resolve("each.jsonl");
    CommandRun.succeeding("evaluate", model, data, "-e", "native", "--predictions", file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(4, lines.size());
    JsonNode second = JsonMapper.shared().readTree(lines.get(1));
    assertEquals(3, second.path("line").asInt());
    assertEquals("ham", second.path("label").asString());
    assertEquals("spam", second.path("predicted").asString());
    assertFalse(second.path("correct").asBoolean());
    assertEquals(TinyModel.SPAM, second.path("probability").asDouble(), 1e-6);
    assertEquals(1 - TinyModel.SPAM, second.path("probabilities").path("ham").asDouble(), 1e-6);
    assertEquals("The meeting is on Monday", second.path("text").asString());
  }

  @Test
  void jsonOnStandardOutputStandsAlone() {
    CommandRun run = CommandRun.succeeding("evaluate", model, data, "-e", "native", "--json", "-");
    assertEquals(0.75, JsonMapper.shared().readTree(run.out()).path("accuracy").asDouble());
  }

  @Test
  void longDocumentsAndSkippedRowsAreWarnedOf() throws IOException {
    Path file = folder.resolve("long.jsonl");
    String longText = "the meeting is moved to monday ".repeat(400);
    Files.writeString(
        file,
        """
        {"text": "%s", "label": "ham"}
        {"label": "ham"}
        """
            .formatted(longText));
    CommandRun run =
        CommandRun.succeeding("evaluate", model, file, "-e", "native", "--bad-rows", "skip");
    assertTrue(run.err().contains("warning: 1 of 1 documents are longer"), run.err());
    assertTrue(run.err().contains("warning: 1 of 2 rows were skipped, the first at"), run.err());
    assertTrue(run.err().contains("long.jsonl, line 2"), run.err());
  }

  @Test
  void noOutputIsAnotherFileOfTheCommand() throws IOException {
    byte[] before = Files.readAllBytes(data);
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), data);
    Path there = Files.writeString(folder.resolve("there.json"), "mine");
    Path sameAsThere = folder.resolve("model").resolve("..").resolve("there.json");
    Path none = folder.resolve("none.json");
    Path sameAsNone = folder.resolve("model").resolve("..").resolve("none.json");
    Path config = model.resolve("config.json");
    refused(List.of("--predictions would overwrite the data"), "--predictions", data);
    refused(List.of("--json would overwrite the data"), "--json", link);
    refused(List.of("both write"), "--json", there, "--predictions", sameAsThere);
    refused(List.of("both write"), "--json", none, "--predictions", sameAsNone);
    refused(List.of("the model's config.json"), "--json", config);
    assertArrayEquals(before, Files.readAllBytes(data));
    assertEquals("mine", Files.readString(there));
    assertFalse(Files.exists(none));
    CommandRun.succeeding(
        "evaluate",
        model,
        data,
        "-e",
        "native",
        "--json",
        "/dev/null",
        "--predictions",
        "/dev/null");
  }

  private static void refused(List<String> words, Object... outputs) {
    List<Object> arguments = new ArrayList<>(List.of("evaluate", model, data, "-e", "native"));
    arguments.addAll(List.of(outputs));
    CommandRun.failing(words, arguments.toArray());
  }

  @Test
  void bothEnginesAgree() {
    assumeTrue(
        Engines.all().stream().filter(engine -> engine.missing().isEmpty()).count() == 2,
        "one of the engines cannot start on this machine");
    Path random = TinyModel.random(folder.resolve("random"));
    Path json = folder.resolve("agreement.json");
    CommandRun run =
        CommandRun.succeeding("evaluate", random, data, "--compare-engines", "--json", json);
    assertTrue(run.out().contains("torch and native on the same 4 documents"), run.out());
    JsonNode agreement = CommandRun.json(json).path("agreement");
    double difference = agreement.path("largestLogitDifference").asDouble();
    assertTrue(difference > 0 && difference <= 1e-4, () -> "differs by " + difference);
    assertTrue(agreement.path("identicalPredictions").asBoolean());
    assertEquals(0, agreement.path("differentPredictions").asInt());
  }
}
