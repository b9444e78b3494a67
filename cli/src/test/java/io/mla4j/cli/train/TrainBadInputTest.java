package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a recipe or its data is one sentence and an exit code, and loses nothing. */
class TrainBadInputTest {

  @TempDir Path folder;
  private Path recipe = Path.of("");

  @BeforeEach
  void writeRecipe() throws IOException {
    recipe = SmallTexts.recipe(folder, 1);
  }

  private String refused(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", recipe.toString()));
    if (!List.of(more).contains("--run")) {
      arguments.addAll(List.of("--run", folder.resolve("run").toString()));
    }
    arguments.addAll(List.of(more));
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    assertNotEquals(0, code, err.toString());
    List<String> lines =
        err.toString().lines().filter(line -> !line.startsWith("Training a tokenizer")).toList();
    assertEquals(1, lines.size(), err.toString());
    assertFalse(lines.getFirst().contains("mistake in mla4j"), lines.getFirst());
    return lines.getFirst();
  }

  private static void mentions(String sentence, String... words) {
    for (String word : words) {
      assertTrue(sentence.contains(word), sentence);
    }
  }

  @Test
  void missingTrainingFile() {
    mentions(refused("--set", "data.train=nowhere.jsonl"), "nowhere.jsonl");
  }

  @Test
  void emptyTrainingFile() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.tsv"), "");
    mentions(refused("--set", "data.train=" + empty), "empty.tsv", "empty");
  }

  @Test
  void wrongColumn() {
    mentions(refused("--set", "data.textColumn=body"), "body", "text, label");
  }

  @Test
  void invalidUtf8() throws IOException {
    Path file = folder.resolve("latin.tsv");
    Files.write(
        file,
        "text\tlabel\ngood\ta\ncaf\u00e9\tb\n"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    mentions(refused("--set", "data.train=" + file), "latin.tsv", "line 3");
  }

  @Test
  void oneClassOnly() throws IOException {
    Path file = Files.writeString(folder.resolve("one.tsv"), "text\tlabel\na\tx\nb\tx\nc\tx\n");
    mentions(refused("--set", "data.train=" + file), "class", "x");
  }

  @Test
  void unknownLabelInTheTestData() throws IOException {
    Path file = Files.writeString(folder.resolve("odd.tsv"), "text\tlabel\nriver\tangry\n");
    mentions(refused("--set", "data.test=" + file), "angry", "odd.tsv", "happy");
  }

  @Test
  void unknownSettingNamesTheNearest() {
    mentions(refused("--set", "training.epoch=3"), "training.epoch", "training.epochs");
  }

  @Test
  void negativeSizes() {
    mentions(refused("--set", "model.hiddenSize=-4"), "hiddenSize", "-4");
    mentions(refused("--set", "data.batchSize=0"), "batchSize", "0");
  }

  @Test
  void headsThatDoNotDivideTheWidth() {
    mentions(
        refused("--set", "model.attention={type: dense, heads: 5}"),
        "heads must divide",
        "5",
        "32");
  }

  @Test
  void aTokenizerThatDoesNotMatch() {
    mentions(refused("--set", "model.vocabSize=10"), "tokenizer has", "vocabSize is 10");
  }

  @Test
  void noRunToResume() {
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            "train",
            "--resume",
            folder.resolve("none").toString());
    assertEquals(1, code);
    mentions(err.toString(), "holds no run to resume");
  }

  @Test
  void aRunIsNotOverwritten() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectories(run);
    Files.writeString(run.resolve("checkpoint.safetensors"), "precious");
    Files.writeString(run.resolve("recipe.yaml"), "precious");
    mentions(refused(), "--resume");
    assertEquals("precious", Files.readString(run.resolve("checkpoint.safetensors")));
  }

  @Test
  void aModelThatIsNoRunIsNotOverwritten() throws IOException {
    Path run = folder.resolve("run");
    for (String name :
        List.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "config.json",
            "tokenizer.json",
            "dense-baseline/model.safetensors")) {
      Path file = run.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "precious");
      mentions(refused(), "holds a model already", file.getFileName().toString());
      assertEquals("precious", Files.readString(file));
      Files.delete(file);
    }
  }

  @Test
  void whatIsNoFolderIsNotARun() throws IOException {
    Path run = Files.writeString(folder.resolve("run"), "x");
    mentions(refused(), run + " is not a folder");
    assertEquals("x", Files.readString(run));
    mentions(refused("--run", run.resolve("below").toString()), "is a file");
  }

  @Test
  void aNameIsNoPath() {
    for (String name :
        List.of("../../evil", "a/b", "a\\b", "..", ".", " ", folder.toAbsolutePath().toString())) {
      mentions(refused("--set", "name=" + (name.isBlank() ? "' '" : name)), "folder in runs");
    }
  }

  @Test
  void aCorruptedCheckpointIsNotResumed() throws IOException {
    Path run = folder.resolve("broken");
    Files.createDirectories(run);
    Files.copy(recipe, run.resolve("recipe.yaml"));
    Files.write(run.resolve("checkpoint.safetensors"), new byte[] {9, 0, 0, 0, 0, 0, 0, 1, 2});
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            "train",
            "--resume",
            run.toString());
    assertEquals(1, code);
    mentions(err.toString(), "checkpoint.safetensors");
    assertEquals(9, Files.size(run.resolve("checkpoint.safetensors")));
  }
}
