package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.classifier.Prediction;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PredictTest {

  @TempDir static Path folder;
  private static Path biased;
  private static Path random;

  @BeforeAll
  static void models() {
    biased = TinyModel.biased(folder.resolve("biased"));
    random = TinyModel.random(folder.resolve("random"));
  }

  private static Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static JsonNode line(String json) {
    return JsonMapper.shared().readTree(json);
  }

  @Test
  void aTextIsClassified() {
    CommandRun run = CommandRun.succeeding("predict", biased, "You won\na  prize");
    assertEquals("spam  73.11 %  You won a prize", run.out().strip());
    assertEquals("", run.err());
  }

  @Test
  void aTextMayStartWithAnAtSign() throws IOException {
    String text = "@" + file("mention", "two words");
    CommandRun run = CommandRun.succeeding("predict", biased, text, "-o", "json");
    assertEquals(text, line(run.out()).path("text").asString());
  }

  @Test
  void theMostProbableClassesComeFirst() {
    CommandRun run = CommandRun.succeeding("predict", biased, "You won", "--top", 2);
    assertEquals("spam  73.11 %  ham   26.89 %  You won", run.out().strip());
  }

  @Test
  void jsonLinesHoldWhatThePipelineSays() {
    List<Prediction> expected;
    try (Engine engine = Engines.start("native");
        TextPipeline pipeline = TextPipeline.open(random, engine)) {
      expected = pipeline.predict(TinyModel.TEXTS);
    }
    Object[] args = {"predict", random, "", "", "", "", "--output", "json"};
    for (int i = 0; i < 4; i++) {
      args[2 + i] = TinyModel.TEXTS.get(i);
    }
    List<String> lines = CommandRun.succeeding(args).outLines();
    assertEquals(4, lines.size());
    for (int i = 0; i < 4; i++) {
      JsonNode line = line(lines.get(i));
      assertEquals(TinyModel.TEXTS.get(i), line.path("text").asString());
      assertEquals(expected.get(i).label(), line.path("label").asString());
      assertEquals(expected.get(i).probability(), line.path("probability").asDouble(), 1e-6);
      double ham = line.path("probabilities").path("ham").asDouble();
      assertEquals(expected.get(i).probabilities().get(0), ham, 1e-6);
    }
  }

  @Test
  void theLinesOfATextFile() throws IOException {
    Path file = file("lines.txt", "one\r\n\nthree");
    List<String> lines =
        CommandRun.succeeding("predict", biased, "--file", file, "-o", "json").outLines();
    assertEquals(3, lines.size());
    assertEquals("one", line(lines.get(0)).path("text").asString());
    assertEquals("", line(lines.get(1)).path("text").asString());
    assertEquals(3, line(lines.get(2)).path("line").asInt());
  }

  @Test
  void aColumnOfATable() throws IOException {
    Path file = file("mails.csv", "id,body\n1,You won\n2,\"Hello, you\"\n");
    CommandRun run =
        CommandRun.succeeding("predict", biased, "--file", file, "--text-column", "body");
    assertEquals(2, run.outLines().size());
    assertTrue(run.outLines().get(1).endsWith("Hello, you"), run.out());
  }

  @Test
  void skippedRowsAreWarnedOf() throws IOException {
    Path file = file("gaps.jsonl", "{\"text\": \"one\"}\n{}\n{\"text\": \"two\"}\n");
    CommandRun run = CommandRun.succeeding("predict", biased, "--file", file, "--bad-rows", "skip");
    assertEquals(2, run.outLines().size());
    assertTrue(run.err().startsWith("warning: 1 of 3 rows were skipped, the first at"), run.err());
    assertTrue(run.err().contains("gaps.jsonl, line 2"), run.err());
  }

  @Test
  void longTextsAreWarnedOf() throws IOException {
    Path file = file("long.txt", "You won\n" + "the meeting is moved ".repeat(900) + "\n");
    Path json = folder.resolve("cut.json");
    CommandRun run =
        CommandRun.succeeding("predict", biased, "--file", file, "-o", "json", "--json", json);
    assertTrue(run.err().startsWith("warning: 1 of 2 texts are longer than"), run.err());
    assertEquals(0, line(run.outLines().get(0)).path("cutTokens").asInt());
    int cut = line(run.outLines().get(1)).path("cutTokens").asInt();
    assertTrue(cut > 0);
    assertEquals(1, CommandRun.json(json).path("cutTexts").asInt());
    assertEquals(cut, CommandRun.json(json).path("cutTokens").asInt());
  }

  @Test
  void aWholeFileIsOneText() throws IOException {
    Path file = file("mail.eml", "Subject: prize\n\nYou won");
    CommandRun run = CommandRun.succeeding("predict", biased, "--file", file, "--whole");
    assertEquals(1, run.outLines().size());
    assertTrue(run.out().strip().endsWith("Subject: prize You won"), run.out());
  }

  @Test
  void standardInput() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(2, CommandRun.succeeding("predict", biased, "-").outLines().size());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aSinglePredictionIsTimed() {
    Path json = folder.resolve("timing.json");
    CommandRun run =
        CommandRun.succeeding(
            "predict", biased, "You won", "--time", "--engine", "native", "--json", json);
    assertTrue(run.err().startsWith("One prediction of "), run.err());
    JsonNode figures = CommandRun.json(json);
    assertEquals("native", figures.path("engine").asString());
    assertEquals(1, figures.path("texts").asInt());
    assertEquals(1, figures.path("predicted").path("spam").asInt());
    JsonNode timing = figures.path("timing");
    assertEquals(50, timing.path("runs").asInt());
    assertTrue(timing.path("p10Millis").asDouble() > 0);
    assertTrue(timing.path("medianMillis").asDouble() >= timing.path("p10Millis").asDouble());
    assertTrue(timing.path("p90Millis").asDouble() >= timing.path("medianMillis").asDouble());
  }
}
