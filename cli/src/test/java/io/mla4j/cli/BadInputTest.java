package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bad input gets one sentence that says what is wrong and where. */
class BadInputTest {

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void model() {
    model = TinyModel.biased(folder.resolve("model"));
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private void evaluating(Path data, String... words) {
    CommandRun.failing(List.of(words), "evaluate", model, data, "-e", "native");
  }

  private void usingTheModel(String... words) {
    CommandRun.failing(List.of(words), "predict", model, "text", "-e", "native");
  }

  @Test
  void missingFiles() {
    evaluating(folder.resolve("none.csv"), "no file", "none.csv");
    CommandRun.failing(
        List.of("no file", "none.txt"), "predict", model, "--file", folder.resolve("none.txt"));
    Path none = folder.resolve("none");
    CommandRun.failing(List.of("model folder", "does not exist"), "inspect", none);
    CommandRun.failing(List.of("model folder", "does not exist"), "predict", none, "text");
    CommandRun.failing(List.of("model folder", "does not exist"), "evaluate", none, "data.csv");
    Path weights = model.resolve(ModelFolder.WEIGHTS);
    CommandRun.failing(List.of("is a file", "name the folder"), "inspect", weights);
    CommandRun.failing(List.of("no tokenizer file"), "tokenizer", "show", none, "text");
  }

  @Test
  void emptyFiles() throws IOException {
    evaluating(file("empty.csv", ""), "empty.csv is empty.");
    evaluating(file("header.csv", "text,label\n"), "header.csv holds no rows.");
    Path lines = file("empty.txt", "");
    CommandRun.failing(List.of("empty.txt is empty."), "predict", model, "--file", lines);
    CommandRun.failing(
        List.of("empty.txt is empty."), "predict", model, "--file", lines, "--whole");
    CommandRun.failing(List.of("empty.txt is empty."), "tokenizer", "train", lines);
  }

  @Test
  void aWrongColumn() throws IOException {
    evaluating(file("wrong.csv", "body,label\nHello,ham\n"), "wrong.csv", "text", "body");
    CommandRun.failing(
        List.of("wrong.csv", "kind"),
        "evaluate",
        model,
        file("wrong.csv", "text,label\nHello,ham\n"),
        "--label-column",
        "kind");
  }

  @Test
  void aFileOfUnknownFormat() throws IOException {
    evaluating(file("mails.xml", "<a/>"), "mails.xml", ".jsonl");
  }

  @Test
  void bytesThatAreNotUtf8() throws IOException {
    Path csv = folder.resolve("latin.csv");
    Files.write(csv, "text,label\nok,ham\ncaf\u00e9,ham\n".getBytes(StandardCharsets.ISO_8859_1));
    evaluating(csv, "latin.csv", "line 3", "UTF-8");
    Path lines = folder.resolve("latin.txt");
    Files.write(lines, "ok\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    List<String> words = List.of("latin.txt, line 2", "not UTF-8", "--encoding");
    CommandRun.failing(words, "predict", model, "--file", lines);
    CommandRun.failing(words, "predict", model, "--file", lines, "--whole");
    CommandRun.succeeding("predict", model, "--file", lines, "--encoding", "ISO-8859-1");
  }

  @Test
  void aLabelTheModelDoesNotKnow() throws IOException {
    evaluating(
        file("labels.csv", "text,label\nHello,ham\nHi,maybe\n"),
        "labels.csv, line 3",
        "'maybe'",
        "ham, spam");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path weights = model.resolve(ModelFolder.WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    usingTheModel("model.safetensors");
    CommandRun.failing(List.of("model.safetensors"), "inspect", model);
    Files.write(weights, java.util.Arrays.copyOf(bytes, 4));
    usingTheModel("model.safetensors");
  }

  @Test
  void aCorruptedHeader() throws IOException {
    Path weights = model.resolve(ModelFolder.WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    byte[] length = bytes.clone();
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
    Files.write(weights, length);
    usingTheModel("model.safetensors");
    byte[] dtype = bytes.clone();
    String header = new String(bytes, StandardCharsets.ISO_8859_1);
    dtype[header.indexOf("\"F32\"") + 1] = 'X';
    Files.write(weights, dtype);
    usingTheModel("model.safetensors", "X32");
    byte[] name = bytes.clone();
    name[header.indexOf("score.bias")] = 'S';
    Files.write(weights, name);
    usingTheModel("model.safetensors", "score.bias", "Score.bias");
  }

  @Test
  void aTokenizerThatDoesNotMatch() {
    TinyModel.vocabulary(TinyModel.VOCABULARY + 20).write(model.resolve(ModelFolder.TOKENIZER));
    String sentence = "is not the one this model was trained with";
    usingTheModel("tokenizer.json", sentence);
    CommandRun.failing(List.of("tokenizer.json", sentence), "inspect", model);
  }

  @Test
  void damagedConfigurationAndTokenizer() throws IOException {
    Files.writeString(model.resolve(ModelFolder.TOKENIZER), "{}");
    usingTheModel("tokenizer.json");
    Files.writeString(model.resolve(ModelFolder.CONFIG), "{\"model_type\": \"bert\"}");
    usingTheModel("config.json", "'bert'");
    Files.writeString(model.resolve(ModelFolder.CONFIG), "{");
    usingTheModel("config.json", "JSON");
  }

  @Test
  void enginesThatAreNotThere() {
    CommandRun.failing(
        List.of("no engine 'cuda'", "native"), "predict", model, "text", "--engine", "cuda");
    CommandRun.failing(
        List.of("1 thread or more"), "predict", model, "text", "-e", "native", "--threads", 0);
    CommandRun.failing(
        List.of("1,024 threads at most, not 100,000"),
        "predict",
        model,
        "text",
        "-e",
        "native",
        "--threads",
        100_000);
    CommandRun.failing(
        List.of("native engine", "cpu"),
        "predict",
        model,
        "text",
        "-e",
        "native",
        "--device",
        "cuda");
  }

  @Test
  void anEngineThatCannotTrain() throws IOException {
    Path recipe = file("recipe.yaml", "data:\n  train: train.csv\n");
    CommandRun.failing(
        List.of("The native engine cannot train; use the torch engine."),
        "train",
        recipe,
        "--engine",
        "native",
        "--run",
        folder.resolve("run"));
  }

  @Test
  void figuresThatCannotBeWritten() throws IOException {
    Path blocked = file("blocked", "a file, not a folder").resolve("figures.json");
    CommandRun.failing(
        List.of("Could not write", "figures.json"), "inspect", model, "--json", blocked);
  }

  @Test
  void outputsThatWouldOverwriteInputs() throws IOException {
    Path lines = file("lines.txt", "some words\n");
    List<String> texts = List.of("would overwrite the texts, ", "lines.txt");
    CommandRun.failing(texts, "tokenizer", "train", lines, "-o", lines);
    CommandRun.failing(texts, "predict", model, "-e", "native", "-f", lines, "--json", lines);
    Path tokenizer = model.resolve(ModelFolder.TOKENIZER);
    List<String> model = List.of("--json would overwrite the", "tokenizer");
    CommandRun.failing(model, "tokenizer", "show", tokenizer, "text", "--json", tokenizer);
    CommandRun.failing(model, "inspect", this.model, "--json", tokenizer);
    Path recipe = file("recipe.yaml", "data:\n  train: lines.txt\n");
    CommandRun.failing(List.of("the training data, "), "train", recipe, "--json", lines);
    CommandRun.failing(List.of("the recipe, "), "train", recipe, "--json", recipe);
    Path run = folder.resolve("run");
    Path weights = run.resolve(ModelFolder.WEIGHTS);
    CommandRun.failing(List.of("the model's"), "train", recipe, "--run", run, "--json", weights);
    CommandRun.failing(
        List.of("the set's test.jsonl"),
        "data",
        "get",
        "trec",
        "--to",
        folder,
        "--json",
        folder.resolve("test.jsonl"));
    assertEquals("some words\n", Files.readString(lines));
  }

  @Test
  void dataSetsThatAreNotThere() {
    CommandRun.failing(
        List.of("no data set 'spam'", "spam-assassin"),
        "data",
        "get",
        "spam",
        "--to",
        folder.resolve("d"));
    CommandRun.failing(
        List.of("no file or folder"),
        "data",
        "get",
        "trec",
        "--from",
        folder.resolve("none"),
        "--to",
        folder.resolve("d"));
  }

  @Test
  void aVocabularyThatIsTooSmall() throws IOException {
    Path lines = file("lines.txt", "some words\n");
    CommandRun.failing(
        List.of("vocabulary size is 5"), "tokenizer", "train", lines, "--vocab-size", 5);
  }
}
