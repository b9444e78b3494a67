package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.Main;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a run's folder keeps, so that it goes on as it began or not at all. */
class ResumeTest {

  @TempDir Path folder;
  private Path recipe = Path.of("");
  private Path run = Path.of("");

  @BeforeEach
  void writeRecipe() throws IOException {
    recipe = SmallTexts.recipe(folder, 1);
    run = folder.resolve("run");
  }

  private static String command(int exitCode, Object... arguments) {
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), words);
    assertEquals(exitCode, code, err.toString());
    return err.toString();
  }

  private static Map<String, byte[]> contents(Path folder) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @Test
  void otherSettingsAreRefusedBeforeAnythingIsWritten() throws IOException {
    command(0, "train", recipe, "--run", run);
    Map<String, byte[]> before = contents(run);
    for (String setting :
        List.of(
            "data.batchSize=16",
            "training.epochs=2",
            "training.seed=1",
            "training.accumulationSteps=2",
            "model.hiddenSize=64",
            "tokenizer.vocabSize=500")) {
      String said = command(1, "train", "--resume", run, "--set", setting);
      assertTrue(said.contains(setting.substring(0, setting.indexOf('=')) + " was"), said);
    }
    Map<String, byte[]> after = contents(run);
    assertEquals(before.keySet(), after.keySet());
    before.forEach((name, bytes) -> assertTrue(Arrays.equals(bytes, after.get(name)), name));
  }

  @Test
  void aNewRunTakesNoTokenizerThatLiesThere() throws IOException {
    Files.createDirectories(run);
    Path own = folder.resolve("own");
    command(0, "train", recipe, "--run", own);
    Path other = Files.writeString(folder.resolve("other.txt"), "entirely other words ".repeat(99));
    Path foreign = run.resolve("tokenizer.json");
    command(0, "tokenizer", "train", other, "-o", foreign, "--vocab-size", 300);
    // As after a kill before the first checkpoint, when it may be anybody's.
    Files.copy(own.resolve("recipe.yaml"), run.resolve("recipe.yaml"));
    command(0, "train", "--resume", run);
    assertEquals(Files.readString(own.resolve("tokenizer.json")), Files.readString(foreign));
  }

  @Test
  void aRunKilledBeforeItsFirstCheckpointIsResumed() throws IOException {
    Files.createDirectories(run);
    Files.copy(recipe, run.resolve("recipe.yaml"));
    Files.writeString(run.resolve("tokenizer.json"), "not whole");
    String refused = command(1, "train", recipe, "--run", run);
    assertTrue(refused.contains("--resume"), refused);
    command(0, "train", "--resume", run);
    assertTrue(Files.exists(run.resolve("report.html")));
  }

  @Test
  void aRefusedRecipeLeavesNoRunBehind() {
    command(1, "train", recipe, "--run", run, "--set", "data.train=nowhere.tsv");
    assertFalse(Files.exists(run));
    command(1, "train", recipe, "--run", run, "--set", "model.vocabSize=10");
    assertFalse(Files.exists(run));
  }

  @Test
  void aFailedRunFreesItsNameAndLeavesWhatWasThere() throws IOException {
    Files.createDirectories(run);
    Files.writeString(run.resolve("notes.txt"), "mine");
    Path odd = Files.writeString(folder.resolve("odd.tsv"), "text\tlabel\nriver\tangry\n");
    String said = command(1, "train", recipe, "--run", run, "--set", "data.test=" + odd);
    assertTrue(said.contains("angry"), said); // told after the tokenizer was written
    assertEquals(Set.of("notes.txt"), contents(run).keySet(), said);
    command(0, "train", recipe, "--run", run);
  }

  @Test
  void theRunKeepsBaselineAndEngineAndRecordsItsTestOnce() {
    command(0, "train", recipe, "--run", run, "--threads", 1, "--baseline");
    Recipe kept = Recipes.ofRun(run, List.of()).recipe();
    assertTrue(kept.baseline());
    assertEquals(1, kept.engine().threads().orElseThrow());

    Path figures = folder.resolve("figures.json");
    command(0, "train", "--resume", run, "--json", figures);
    JsonNode json = JsonMapper.shared().readTree(figures.toFile());
    assertTrue(json.has("denseAccuracy"), json.toString());
    List<RunEvent.Evaluation> tests =
        RunFolder.read(run).stream()
            .filter(event -> event instanceof RunEvent.Evaluation)
            .map(event -> (RunEvent.Evaluation) event)
            .filter(evaluation -> evaluation.split().equals("test"))
            .toList();
    assertEquals(1, tests.size());
    assertEquals(json.path("accuracy").asDouble(), tests.getFirst().figures().get("accuracy"));
    assertEquals(json.path("bestStep").asLong(), tests.getFirst().step());
  }

  @Test
  void resumingTakesNoOtherFolder() {
    String said = command(2, "train", "--resume", run, "--run", folder.resolve("other"));
    assertTrue(said.contains("leave --run out"), said);
    said = command(2, "quickstart", "--resume", run, "--run", folder.resolve("other"));
    assertTrue(said.contains("leave --run out"), said);
  }

  @Test
  void quickstartReadsItsSettingsBeforeItFetches() {
    for (String setting : List.of("training.epoch=3", "training.epochs=0")) {
      String said =
          command(
              1,
              "quickstart",
              "--set",
              setting,
              "--run",
              run,
              "--data",
              folder.resolve("mails"),
              "--from",
              folder.resolve("nowhere.tgz"));
      assertTrue(said.contains("training.epochs") || said.contains("epochs is"), said);
      assertFalse(said.contains(System.getProperty("java.io.tmpdir") + "/spam-assassin"), said);
      assertFalse(said.contains("nowhere"), said);
    }
  }
}
