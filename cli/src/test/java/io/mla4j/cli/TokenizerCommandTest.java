package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizerCommandTest {

  @TempDir Path folder;

  @Test
  void aTrainedTokenizerShowsItsTokens() throws IOException {
    Path lines = Files.writeString(folder.resolve("a.txt"), "low lower lowest\n".repeat(9));
    Path rows = Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"low new\"}\n");
    Path file = folder.resolve("tokenizer.json");
    Path json = folder.resolve("figures.json");
    CommandRun trained =
        CommandRun.succeeding(
            "tokenizer", "train", lines, rows, "--vocab-size", 300, "-o", file, "--json", json);
    assertTrue(trained.out().contains("from 10 texts"), trained.out());
    assertEquals(
        "Training a tokenizer of 300 tokens on the texts of 2 files.", trained.err().strip());
    JsonNode figures = CommandRun.json(json);
    assertEquals(10, figures.path("texts").asInt());
    assertEquals(258 + figures.path("merges").asInt(), figures.path("tokens").asInt());

    CommandRun shown = CommandRun.succeeding("tokenizer", "show", file, "low é", "--json", "-");
    JsonNode pieces = JsonMapper.shared().readTree(shown.out()).path("pieces");
    assertEquals("low", pieces.path(0).path("text").asString());
    // Nothing was learned of é: a space and two bytes, neither of which is a character.
    assertEquals(4, pieces.size());
    assertEquals("\uFFFD", pieces.path(3).path("text").asString());
    String text = CommandRun.succeeding("tokenizer", "show", file, "low é").out();
    assertTrue(text.contains("4 tokens of ") && text.contains("'low'"), text);
  }

  @Test
  void aSpaceBeforeTheFirstWordMakesItAnyWord() throws IOException {
    Path lines = Files.writeString(folder.resolve("a.txt"), "low and low and low\n".repeat(9));
    Path file = folder.resolve("tokenizer.json");
    CommandRun.succeeding(
        "tokenizer", "train", lines, "--vocab-size", 300, "--prefix-space", "-o", file);
    CommandRun shown = CommandRun.succeeding("tokenizer", "show", file, "low low", "--json", "-");
    JsonNode pieces = JsonMapper.shared().readTree(shown.out()).path("pieces");
    assertEquals(2, pieces.size());
    assertEquals(pieces.path(0).path("id").asInt(), pieces.path(1).path("id").asInt());
  }

  @Test
  void lowerCaseMakesSpellingsOne() throws IOException {
    Path lines = Files.writeString(folder.resolve("a.txt"), "Low LOW low\n".repeat(9));
    Path file = folder.resolve("tokenizer.json");
    CommandRun.succeeding(
        "tokenizer", "train", lines, "--vocab-size", 300, "--lowercase", "-o", file);
    CommandRun upper = CommandRun.succeeding("tokenizer", "show", file, "LOW", "--json", "-");
    CommandRun lower = CommandRun.succeeding("tokenizer", "show", file, "low", "--json", "-");
    JsonNode ids = JsonMapper.shared().readTree(lower.out()).path("pieces");
    assertEquals(1, ids.size());
    assertEquals(
        ids.path(0).path("id").asInt(),
        JsonMapper.shared().readTree(upper.out()).path("pieces").path(0).path("id").asInt());
  }

  @Test
  void skippedRowsOfEveryFileAreWarnedOf() throws IOException {
    Path first = Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"low\"}\n{}\n");
    Path last = Files.writeString(folder.resolve("b.jsonl"), "{}\n{\"text\": \"low\"}\n");
    Path file = folder.resolve("tokenizer.json");
    List<String> said =
        CommandRun.succeeding("tokenizer", "train", first, last, "--bad-rows", "skip", "-o", file)
            .err()
            .lines()
            .toList();
    assertEquals(3, said.size(), said.toString());
    assertTrue(said.get(1).startsWith("warning: 1 of 2 rows were skipped"), said.get(1));
    assertTrue(said.get(1).contains("a.jsonl, line 2"), said.get(1));
    assertTrue(said.get(2).contains("b.jsonl, line 1"), said.get(2));
  }
}
