package io.mla4j.tasks.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.causal.GenerationSettings;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tasks.run.RunReport;
import io.mla4j.tasks.run.TaskRun;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.training.TrainingException;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LanguageTaskTest {

  private static final String EXPERTS =
      """
      task: language-model
      name: tiny
      data: {train: text.txt, contextTokens: 16, batchSize: 4, sampling: random, stepsPerEpoch: 12}
      tokenizer: {type: characters}
      model:
        hiddenSize: 16
        layers: 2
        attention:
          {type: mla, heads: 2, queryLoraRank: 6, kvLoraRank: 8, nopeDim: 6, ropeDim: 4, valueDim: 5}
        intermediateSize: 24
        experts: {experts: 4, perToken: 2, intermediateSize: 8, shared: 1, biasSpeed: 0.01}
        denseLayers: 1
      training: {epochs: 2, optimizer: {learningRate: 0.01}, dropout: 0.1, finalFraction: 0.1}
      samples: {prompts: ["the "], tokens: 40}
      """;

  private final Engine engine = Engines.start("torch", new EngineOptions(Device.CPU, 1));

  @TempDir Path folder;

  @BeforeEach
  void text() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      text.append(i % 3 == 0 ? "the cat sat on the mat\n" : "the dog saw the cat\n");
    }
    Files.writeString(folder.resolve("text.txt"), text);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private Recipes.Read<?> recipe(String yaml, String... overrides) throws IOException {
    return Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), yaml), List.of(overrides));
  }

  private ComparedRun.Trained train(Recipes.Read<?> recipe, Path run) throws IOException {
    Files.createDirectories(run);
    return compared(recipe, run);
  }

  private <R extends Recipe> ComparedRun.Trained compared(Recipes.Read<R> recipe, Path run) {
    ComparedRun<R> compared = new ComparedRun<>(recipe, run, engine, RunListener.NONE);
    try (var data = compared.prepare()) {
      return compared.train(data);
    }
  }

  /** Stops after so many steps. */
  private <R extends Recipe> void stopped(Recipes.Read<R> recipe, Path run, int steps)
      throws IOException {
    Files.createDirectories(run);
    TaskRun<R> task = new TaskRun<>(recipe, run, engine, RunListener.NONE);
    TrainingOutcome outcome =
        task.run(
                new TrainingObserver() {
                  @Override
                  public void recorded(RunEvent event) {
                    if (event instanceof RunEvent.Step && event.step() == steps) {
                      task.requestStop();
                    }
                  }
                })
            .outcome();
    assertEquals(TrainingOutcome.Ending.INTERRUPTED, outcome.ending());
    assertEquals(steps, outcome.state().step());
  }

  private static List<Double> losses(Path run) {
    List<Double> losses = new ArrayList<>();
    for (RunEvent event : RunFolder.read(run)) {
      if (event instanceof RunEvent.Step) {
        losses.add(((RunEvent.Step) event).loss());
      }
    }
    return losses;
  }

  @Test
  void aResumedRunIsTheSameBitForBit() throws IOException {
    Recipes.Read<?> recipe = recipe(EXPERTS);
    Path straight = folder.resolve("straight");
    Path broken = folder.resolve("broken");
    train(recipe, straight);
    stopped(recipe, broken, 7);
    stopped(Recipes.ofRun(broken, List.of()), broken, 17);
    compared(Recipes.ofRun(broken, List.of()), broken);
    assertEquals(24, losses(straight).size());
    assertEquals(losses(straight), losses(broken));
    assertArrayEquals(
        Files.readAllBytes(straight.resolve("model.safetensors")),
        Files.readAllBytes(broken.resolve("model.safetensors")));
    assertThrows(
        TrainingException.class,
        () -> compared(Recipes.ofRun(broken, List.of("data.batchSize=5")), broken));
  }

  @Test
  void aRunLearnsReportsAndLeavesAModelToGenerateWith() throws IOException {
    Path run = folder.resolve("run");
    ComparedRun.Trained trained = train(recipe(EXPERTS, "training.epochs=6"), run);
    double loss = trained.model().found().evaluation().loss();
    assertTrue(loss < 1.5, "loss " + loss); // of about 2.6 for characters by their frequency
    String report = Files.readString(RunReport.write(trained, List.of()));
    assertTrue(report.contains("Load of the experts") && report.contains("Layer 1"), "loads");
    assertTrue(report.contains("What it writes") && report.contains("Bits per byte"), "samples");
    assertTrue(report.contains("mla4j generate " + run), "usage");
    JsonNode config = json(run.resolve("config.json"));
    assertEquals("deepseek_v3", config.path("model_type").asString());
    assertTrue(config.path("eos_token_id").isNull());
    assertTrue(json(run.resolve("generation_config.json")).path("eos_token_id").isNull());
    try (Engine inference = Engines.start("native");
        LanguageModel model = LanguageModel.open(run, inference, Optional.empty())) {
      String written = model.generate("the ", GenerationSettings.greedy(8, Set.of()), piece -> {});
      assertTrue(written.startsWith("cat") || written.startsWith("dog"), written);
    }
  }

  private static JsonNode json(Path file) {
    return JsonMapper.shared().readTree(file.toFile());
  }

  @Test
  void trainingStartsFromAnotherModelsWeights() throws IOException {
    Path first = folder.resolve("first");
    train(recipe(EXPERTS), first);
    Path second = folder.resolve("second");
    train(recipe(EXPERTS, "init=" + first, "training.optimizer.learningRate=0.0001"), second);
    double before = losses(first).getFirst();
    double after = losses(second).getFirst();
    assertTrue(after < 0.8 * before, before + " then " + after);
    assertArrayEquals(
        Files.readAllBytes(first.resolve("tokenizer.json")),
        Files.readAllBytes(second.resolve("tokenizer.json")));
  }

  @Test
  void rowsAreDocumentsThatEnd() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 80; i++) {
      rows.append("{\"text\": \"%s\"}\n".formatted(i % 2 == 0 ? "left to right" : "up and down"));
    }
    Files.writeString(folder.resolve("rows.jsonl"), rows);
    String yaml =
        """
        task: language-model
        name: rows
        data: {train: rows.jsonl, contextTokens: 12, batchSize: 8, evaluationStride: 6}
        tokenizer: {vocabSize: 280}
        model:
          hiddenSize: 16
          layers: 1
          attention: {type: mla, heads: 2, kvLoraRank: 8, nopeDim: 6, ropeDim: 4, valueDim: 5}
          intermediateSize: 24
        training: {epochs: 30, optimizer: {learningRate: 0.02}}
        """;
    Path run = folder.resolve("run");
    ComparedRun.Trained trained = train(recipe(yaml, "baseline=true"), run);
    assertEquals(72, trained.data().parts().get("training").documents());
    assertEquals(8, trained.data().parts().get("validation").documents());
    assertEquals("dense", trained.baselineName());
    JsonNode dense = json(run.resolve("dense-baseline").resolve("config.json"));
    assertEquals("llama", dense.path("model_type").asString());
    assertEquals(0, json(run.resolve("generation_config.json")).path("eos_token_id").asInt(-1));
    try (Engine inference = Engines.start("native");
        LanguageModel model = LanguageModel.open(run, inference, Optional.empty())) {
      assertEquals(Set.of(0), model.endTokens());
      GenerationSettings settings = GenerationSettings.greedy(20, model.endTokens());
      assertEquals(" to right", model.generate("left", settings, piece -> {}));
    }
  }

  @Test
  void whatCannotBeIsToldBeforeTraining() throws IOException {
    Path run = folder.resolve("run");
    assertRefused("no family", () -> train(recipe(EXPERTS, "model.attention=dense"), run));
    assertRefused("maxPositions", () -> train(recipe(EXPERTS, "model.maxPositions=8"), run));
    assertRefused(
        "'Ω'", () -> train(recipe(EXPERTS, "samples.prompts=[\"Ω\"]"), folder.resolve("other")));
    assertRefused("vocabSize", () -> train(recipe(EXPERTS, "model.vocabSize=5"), run));
    assertFalse(Files.exists(run.resolve("model.safetensors")));
  }

  private static void assertRefused(String word, Executable training) {
    RuntimeException refused = assertThrows(RuntimeException.class, training);
    String said = String.valueOf(refused.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    assertTrue(lower.contains(word.toLowerCase(Locale.ROOT)), said);
  }
}
