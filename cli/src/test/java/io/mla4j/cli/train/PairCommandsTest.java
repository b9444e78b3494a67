package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From pairs of texts with a number to a model that says it: train, evaluate, predict, go on. */
class PairCommandsTest {

  private static final String[] WORDS = {
    "river", "table", "stone", "winter", "paper", "green", "seven", "garden", "window", "music"
  };
  private static final int LENGTH = 4;

  @TempDir Path folder;
  private Path recipe = Path.of("");
  private Path run = Path.of("");

  /** The number is how many of the four words of the two texts are the same. */
  private static Path pairs(Path file, int count, long seed) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<String> lines = new ArrayList<>(List.of("left,right,same"));
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>(Arrays.asList(WORDS));
      java.util.Collections.shuffle(words, new java.util.Random(random.nextLong()));
      int same = i % (LENGTH + 1);
      List<String> left = words.subList(0, LENGTH);
      List<String> right = new ArrayList<>(left.subList(0, same));
      right.addAll(words.subList(LENGTH, 2 * LENGTH - same));
      lines.add(String.join(" ", left) + "," + String.join(" ", right) + "," + same);
    }
    return Files.write(file, lines);
  }

  @BeforeEach
  void write() throws IOException {
    run = folder.resolve("run");
    recipe =
        Files.writeString(
            folder.resolve("pairs.yaml"),
            """
            task: regression
            name: pairs
            data:
              train: %s
              validation: %s
              textColumn: left
              pairColumn: right
              labelColumn: same
              batchSize: 8
            tokenizer: {vocabSize: 330}
            model:
              hiddenSize: 32
              layers: 1
              intermediateSize: 32
              contextTokens: 16
              maxChunks: 1
              embeddingDeviation: 0.2
              attention: {type: mla, heads: 2, kvLoraRank: 8, nopeDim: 12, ropeDim: 4, valueDim: 16}
            training: {epochs: 6, optimizer: {learningRate: 0.003}}
            engine: {threads: 1}
            """
                .formatted(
                    pairs(folder.resolve("train.csv"), 240, 1),
                    pairs(folder.resolve("held.csv"), 60, 2)));
  }

  private String command(int code, Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int ended =
        Main.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    assertEquals(code, ended, err.toString());
    return code == 0 ? out.toString() : err.toString();
  }

  private static JsonNode json(Path file) {
    return JsonMapper.shared().readTree(file.toFile());
  }

  @Test
  void trainsMeasuresAndPredicts() throws IOException {
    Path figures = folder.resolve("figures.json");
    String said = command(0, "train", recipe, "--run", run, "--baseline", "--json", figures);
    assertTrue(said.contains("Bag of vectors"), said);
    double pearson = json(figures).path("pearson").asDouble();
    assertTrue(pearson > 0.9, json(figures).toPrettyString());
    assertTrue(json(figures).path("pearsonLow").asDouble() < pearson);
    assertTrue(json(figures).has("bagPearson"), json(figures).toPrettyString());
    String report = Files.readString(run.resolve("report.html"));
    assertTrue(report.contains("<circle") && report.contains("Largest errors"));

    Path measured = folder.resolve("measured.json");
    command(
        0,
        "evaluate",
        run,
        folder.resolve("held.csv"),
        "--text-column",
        "left",
        "--pair-column",
        "right",
        "--label-column",
        "same",
        "--compare-engines",
        "--threads",
        1,
        "--json",
        measured);
    assertEquals(pearson, json(measured).path("pearson").asDouble(), 1e-6);
    assertTrue(json(measured).path("agreement").path("largestDifference").asDouble() < 1e-3);

    double alike = predicted("river table stone winter", "river table stone winter");
    double unlike = predicted("river table stone winter", "music window garden seven");
    assertTrue(alike > unlike + 1, alike + " and " + unlike);
    assertEquals(
        alike, piped("left,right\nriver table stone winter,river table stone winter\n"), 1e-4);
    String wrong = command(2, "predict", run, "only one text");
    assertTrue(wrong.contains("two texts"), wrong);
    String formless = command(2, "predict", run, "--file", "-");
    assertTrue(formless.contains("--format"), formless);
  }

  private double piped(String rows) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8)));
    try {
      Object[] reading = {"--format", "csv", "--text-column", "left", "--pair-column", "right"};
      Object[] predict = {"predict", run, "--file", "-", "-o", "json"};
      return JsonMapper.shared()
          .readTree(command(0, with(predict, reading)))
          .path("number")
          .asDouble();
    } finally {
      System.setIn(before);
    }
  }

  private double predicted(String left, String right) {
    String line = command(0, "predict", run, left, right, "-o", "json");
    return JsonMapper.shared().readTree(line).path("number").asDouble();
  }

  @Test
  void startsFromTheWeightsOfAnotherRun() {
    command(0, "train", recipe, "--run", run, "--set", "training.epochs=3");
    Path figures = folder.resolve("figures.json");
    // A rate of almost nothing leaves the weights as they came.
    Object[] still = {
      "train",
      recipe,
      "--set",
      "training.optimizer.learningRate=1e-12",
      "--set",
      "training.epochs=1",
      "--json",
      figures,
      "--set",
      "init=" + run
    };
    Path next = folder.resolve("next");
    command(0, with(still, "--run", next));
    double kept = json(figures).path("pearson").asDouble();
    command(
        0,
        "evaluate",
        run,
        folder.resolve("held.csv"),
        "--text-column",
        "left",
        "--pair-column",
        "right",
        "--label-column",
        "same",
        "--json",
        figures);
    assertEquals(json(figures).path("pearson").asDouble(), kept, 1e-4);

    String other =
        command(1, with(still, "--run", folder.resolve("wide"), "--set", "model.hiddenSize=48"));
    assertEquals(1, other.lines().count(), other);
    assertTrue(other.contains("model.safetensors"), other);
  }

  private static Object[] with(Object[] words, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  @Test
  void aRecipeWithoutValidationDataIsRefused() throws IOException {
    Path bare =
        Files.writeString(
            folder.resolve("bare.yaml"),
            "task: regression\ndata: {train: %s}\n".formatted(folder.resolve("train.csv")));
    String said = command(1, "train", bare, "--run", run);
    assertTrue(said.contains("set data.validation"), said);
  }
}
