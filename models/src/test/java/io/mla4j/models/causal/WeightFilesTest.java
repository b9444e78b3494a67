package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.FileType;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.checkpoint.TensorSource;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightFilesTest {

  private static final Pattern EXPERT =
      Pattern.compile("(.*\\.mlp\\.experts)\\.(\\d+)\\.(gate|up|down)_proj\\.weight");

  @TempDir Path folder;

  private static Engine engine;

  @BeforeAll
  static void start() {
    engine = Engines.start("native");
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** In float32 and bf16, read as such and as the other. */
  @ParameterizedTest
  @CsvSource({
    "deepseek_v3-no-q_lora-no-yarn, FLOAT32, native",
    "deepseek_v3-no-q_lora-no-yarn, FLOAT32, torch",
    "deepseek_v3-no-q_lora-no-yarn, BF16, native",
    "deepseek_v3-bf16, FLOAT32, native",
    "deepseek_v3-bf16, BF16, torch",
    "deepseek_v2-greedy-yarn, FLOAT32, native"
  })
  void joinedExpertsAreTheSameModel(String name, WeightPrecision precision, String engineName)
      throws IOException {
    rewrite(name, WeightFilesTest::joined);
    try (Engine started = Engines.start(engineName);
        LanguageModel single =
            LanguageModel.open(GoldenModels.folder(name), started, Optional.of(precision));
        LanguageModel joined = LanguageModel.open(folder, started, Optional.of(precision))) {
      int[] ids = GoldenModels.randomIds(single.model(), 11, 9);
      double[][] expected = GoldenModels.logProbabilities(single.model(), ids);
      double[][] actual = GoldenModels.logProbabilities(joined.model(), ids);
      for (int t = 0; t < ids.length; t++) {
        assertArrayEquals(expected[t], actual[t]);
      }
    }
  }

  /** Gates above ups, experts one after another, as transformers 5 holds them. */
  private static Map<String, TensorSource> joined(Map<String, TensorSource> single) {
    Map<String, TensorSource> all = new LinkedHashMap<>();
    single.forEach(
        (name, source) -> {
          Matcher expert = EXPERT.matcher(name);
          if (!expert.matches()) {
            all.put(name, source);
          } else if (expert.group(3).equals("down")) {
            all.merge(expert.group(1) + ".down_proj", stacked(source), WeightFilesTest::append);
          } else if (expert.group(3).equals("gate")) {
            String up = name.replace("gate_proj", "up_proj");
            TensorSource both = stacked(rows(source, single.get(up)));
            all.merge(expert.group(1) + ".gate_up_proj", both, WeightFilesTest::append);
          }
        });
    return all;
  }

  private static TensorSource stacked(TensorSource matrix) {
    Shape shape = Shape.of(1, matrix.shape().dim(0), matrix.shape().dim(1));
    return new TensorSource(matrix.type(), shape, matrix.contents());
  }

  private static TensorSource rows(TensorSource above, TensorSource below) {
    Shape shape = Shape.of(above.shape().dim(0) + below.shape().dim(0), above.shape().dim(1));
    return together(above, below, shape);
  }

  private static TensorSource append(TensorSource some, TensorSource one) {
    Shape shape = Shape.of(some.shape().dim(0) + 1, some.shape().dim(1), some.shape().dim(2));
    return together(some, one, shape);
  }

  private static TensorSource together(TensorSource first, TensorSource second, Shape shape) {
    return new TensorSource(
        first.type(),
        shape,
        arena -> {
          MemorySegment all = arena.allocate(first.bytes() + second.bytes(), 8);
          all.copyFrom(first.contents().apply(arena));
          all.asSlice(first.bytes()).copyFrom(second.contents().apply(arena));
          return all;
        });
  }

  /** Writes a golden model with other tensors; experts are in the order of their numbers. */
  private void rewrite(String name, UnaryOperator<Map<String, TensorSource>> change)
      throws IOException {
    ModelFolder source = new ModelFolder(GoldenModels.folder(name));
    Files.copy(source.configFile(), folder.resolve(ModelFolder.CONFIG));
    try (Safetensors files = source.openWeights()) {
      Map<String, TensorSource> all = new LinkedHashMap<>();
      files.names().stream()
          .sorted((a, b) -> numbered(a).compareTo(numbered(b)))
          .forEach(
              tensor ->
                  all.put(
                      tensor,
                      TensorSource.of(
                          files.entry(tensor).type(),
                          files.entry(tensor).shape(),
                          files.bytes(tensor))));
      new ModelFolder(folder).writeWeightSources(change.apply(all), Map.of(), 1L << 40);
    }
  }

  private static String numbered(String name) {
    return Pattern.compile("\\d+")
        .matcher(name)
        .replaceAll(m -> "%05d".formatted(Integer.parseInt(m.group())));
  }

  @Test
  void fewerJoinedExpertsThanTheRouterHasAreMissing() throws IOException {
    rewrite(
        "deepseek_v3-no-q_lora-no-yarn",
        single -> {
          Map<String, TensorSource> all = joined(single);
          all.replaceAll((name, source) -> name.contains(".experts.") ? firstOnly(source) : source);
          return all;
        });
    refused("experts.1.gate_proj.weight is missing", "more");
  }

  private static TensorSource firstOnly(TensorSource joined) {
    Shape shape = Shape.of(1, joined.shape().dim(1), joined.shape().dim(2));
    return new TensorSource(
        joined.type(),
        shape,
        arena -> joined.contents().apply(arena).asSlice(0, joined.type().bytes(shape)));
  }

  @Test
  void joinedExpertsOfAnotherWidthAreNamed() throws IOException {
    rewrite(
        "deepseek_v3-no-q_lora-no-yarn",
        single -> {
          Map<String, TensorSource> all = joined(single);
          all.replaceAll(
              (name, source) ->
                  name.endsWith("gate_up_proj")
                      ? TensorSource.of(
                          FileType.F32,
                          Shape.of(source.shape().dim(0), 3, 5),
                          zeros(source.shape().dim(0) * 15 * 4))
                      : source);
          return all;
        });
    refused("experts.0.gate_proj.weight is [1, 5] instead of");
  }

  private static MemorySegment zeros(long bytes) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
  }

  @Test
  void missingTensorsAreNamed() throws IOException {
    rewrite("llama-grouped", without("model.norm.weight"));
    refused("model.norm.weight is missing");
  }

  @Test
  void misshapenTensorsAreNamed() throws IOException {
    rewrite(
        "llama-grouped",
        all -> {
          all.put("model.norm.weight", TensorSource.of(FileType.F32, Shape.of(2, 3), zeros(24)));
          return all;
        });
    refused("model.norm.weight is [2, 3] instead of [");
  }

  @Test
  void manyProblemsAreCounted() throws IOException {
    rewrite(
        "llama-grouped",
        all -> {
          int before = all.size();
          all.keySet().removeIf(name -> name.contains("self_attn"));
          assertTrue(before - all.size() > 3);
          return all;
        });
    refused("is missing; ", " more");
  }

  @Test
  void furtherTensorsArePassedOver() throws IOException {
    rewrite(
        "llama-grouped",
        all -> {
          all.put("visual.weight", TensorSource.of(FileType.F32, Shape.of(2), zeros(8)));
          return all;
        });
    LanguageModel.open(folder, engine, Optional.empty()).close();
  }

  private static UnaryOperator<Map<String, TensorSource>> without(String tensor) {
    return all -> {
      assertTrue(all.remove(tensor) != null);
      return all;
    };
  }

  /** Cut anywhere, in one file or one of several, the folder is refused by name. */
  @ParameterizedTest
  @CsvSource({"llama-grouped", "deepseek_v3-sharded", "qwen3-fp8"})
  void truncatedFilesAreRefused(String name) throws IOException {
    ModelFolder copy = GoldenModels.copy(name, folder);
    Path file;
    try (var files = Files.list(copy.path())) {
      file = files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList().getLast();
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 8, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(file.getFileName().toString());
    }
    Files.write(file, whole);
    LanguageModel.open(folder, engine, Optional.empty()).close();
  }

  @ParameterizedTest
  @CsvSource({"num_hidden_layers", "n_routed_experts"})
  void numbersThatOnlyADamagedConfigurationSaysAreRefusedBeforeAnythingIsMade(String key)
      throws IOException {
    ModelFolder copy = GoldenModels.copy("deepseek_v3-no-q_lora-no-yarn", folder);
    copy.writeConfig(copy.readConfig().put(key, 1_200_000_000));
    refused("1,200,000,000", "config.json");
  }

  @Test
  void filesThatAreNotThereAreNamed() throws IOException {
    ModelFolder copy = GoldenModels.copy("llama-grouped", folder);
    byte[] config = Files.readAllBytes(copy.configFile());
    Files.delete(copy.configFile());
    refused("has no config.json");
    Files.write(copy.configFile(), config);
    Files.delete(copy.weightsFile());
    refused("has no model.safetensors");
  }

  private void refused(String... words) {
    Consumer<String> check =
        message -> {
          for (String word : words) {
            assertTrue(message.contains(word), message);
          }
          assertTrue(message.endsWith("."), message);
          assertFalse(message.contains("Exception"), message);
        };
    String message =
        assertThrows(
                CheckpointException.class,
                () -> LanguageModel.open(folder, engine, Optional.empty()))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    check.accept(message);
  }
}
