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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code train} says of the data it reads, and where it finds them. */
class TrainDataTest {

  private static final String MODEL =
      """
      tokenizer: {vocabSize: 300}
      model:
        hiddenSize: 16
        layers: 1
        intermediateSize: 16
        contextTokens: 6
        maxChunks: 1
        attention: {type: mla, heads: 2, kvLoraRank: 4, nopeDim: 4, ropeDim: 4, valueDim: 4}
      training: {epochs: 1}
      """;

  @TempDir Path folder;

  private String train(int code, Path recipe, String... more) {
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("train", recipe.toString()));
    arguments.add("--run=" + folder.resolve("run"));
    arguments.addAll(List.of(more));
    int ended =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    assertEquals(code, ended, err.toString());
    return err.toString();
  }

  private Path recipe(String data) throws IOException {
    return Files.writeString(folder.resolve("recipe.yaml"), "data: " + data + "\n" + MODEL);
  }

  /** Digits that no tokenizer knows as one. */
  private static String number(int i) {
    return " " + (10_000_000_000L + i * 7_919_777_777L);
  }

  /** Rows without a header: the label, then a text of more than six tokens. */
  private void rows(String name, int count) throws IOException {
    String rows =
        IntStream.range(0, count)
            .mapToObj(
                i -> (i % 2 == 0 ? "glad\tsunny " : "sad\trainy ") + number(i) + number(i + 1))
            .collect(Collectors.joining("\n", "", "\na row without a tab\n"));
    Files.writeString(folder.resolve(name), rows);
  }

  @Test
  void whatIsLeftOutIsCounted() throws IOException {
    rows("train.tsv", 1_100);
    rows("held.tsv", 20);
    rows("test.tsv", 10);
    Path recipe =
        recipe(
            "{train: train.tsv, validation: held.tsv, test: test.tsv, textColumn: 2, labelColumn:"
                + " 1, header: false, badRows: skip, streamBuffer: 64, batchSize: 64}");
    Path json = folder.resolve("figures.json");

    String err = train(0, recipe, "--json", json.toString());

    assertWarned(err, "training", "1 of 1,101 rows were skipped", "train.tsv, line 1101");
    assertWarned(err, "training", "1,000 of the first 1,000 documents are longer");
    assertWarned(err, "validation", "1 of 21 rows were skipped", "held.tsv, line 21");
    assertWarned(err, "validation", "20 of 20 documents are longer");
    assertWarned(err, "test", "10 of 10 documents are longer");
    JsonNode data = JsonMapper.shared().readTree(json.toFile()).path("data");
    assertEquals(1_100, data.path("training").path("documents").asInt());
    assertEquals(1, data.path("validation").path("skippedRows").asInt());
    assertEquals(10, data.path("test").path("lengths").path("cutDocuments").asInt());
    String page = Files.readString(folder.resolve("run").resolve("report.html"));
    assertTrue(page.contains("1,000 of the first 1,000 documents"));
    String kept = Files.readString(folder.resolve("run").resolve("recipe.yaml"));
    assertTrue(kept.contains(folder.resolve("train.tsv").toString()), kept);
  }

  private static void assertWarned(String err, String part, String... words) {
    assertTrue(
        err.lines()
            .filter(line -> line.startsWith("warning: in the " + part + " data"))
            .anyMatch(line -> List.of(words).stream().allMatch(line::contains)),
        err);
  }

  @Test
  void aMissingPublicSetIsNamed() throws IOException {
    String err = train(1, recipe("{train: datasets/trec-not-here/train.jsonl}"));
    assertTrue(err.contains("There is no file "), err);
    Path set = folder.resolve("datasets").resolve("trec");
    err = train(1, recipe("{train: %s}".formatted(set.resolve("train.jsonl"))));
    assertTrue(err.contains("./mla4j data get trec."), err);
  }
}
