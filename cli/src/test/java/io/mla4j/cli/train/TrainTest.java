package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Training from a recipe leaves a run folder, figures and a model that other commands use. */
class TrainTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir Path folder;

  private String succeeding(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>();
    for (Object word : words) {
      arguments.add(word.toString());
    }
    int code =
        Main.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    assertEquals(0, code, err.toString());
    return out.toString();
  }

  @Test
  void aRunWithItsBaselineIsMeasuredAndReported() throws IOException {
    Path run = folder.resolve("run");
    Path json = folder.resolve("figures.json");
    Path recipe = SmallTexts.recipe(folder, 3);
    succeeding("train", recipe, "--run", run, "--baseline", "--json", json);
    JsonNode figures = MAPPER.readTree(json.toFile());
    // Two words tell the classes apart in all of the 100 test texts.
    assertTrue(figures.path("accuracy").asDouble() > 0.9, figures.toPrettyString());
    assertTrue(figures.path("denseAccuracy").asDouble() > 0.9, figures.toPrettyString());
    // Two layers of a latent of 8 and a rotary key of 4, against 2 heads of keys and values.
    assertEquals(2 * (8 + 4) * 4, figures.path("cacheBytesPerToken").asInt());
    assertEquals(2 * 2 * 32 * 4, figures.path("denseCacheBytesPerToken").asInt());
    String report = Files.readString(run.resolve("report.html"));
    assertTrue(report.contains("happy") && report.contains("sad"), report.substring(0, 400));
    String answer = succeeding("predict", run, "river glad stone", "--json", "-");
    assertTrue(answer.contains("happy"), answer);
  }

  @Test
  void aTokenizerOfLowerCaseIsTrainedWhereTheRecipeSaysSo() throws IOException {
    Path run = folder.resolve("run");
    Path recipe = SmallTexts.recipe(folder, 1);
    succeeding("train", recipe, "--run", run, "--set", "tokenizer.lowercase=true");
    JsonNode tokenizer = MAPPER.readTree(run.resolve("tokenizer.json").toFile());
    assertEquals("Lowercase", tokenizer.path("normalizer").path("type").asString());
  }
}
