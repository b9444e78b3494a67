package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.causal.LanguageModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertTest {

  private static final int VOCABULARY = 259;

  @TempDir Path folder;

  private Path checkpoint = Path.of("");
  private Path tokenizer = Path.of("");
  private Path to = Path.of("");

  @BeforeEach
  void write() throws IOException {
    checkpoint = Files.write(folder.resolve("tiny.bin"), checkpoint());
    tokenizer = Files.write(folder.resolve("tok.bin"), tokenizer());
    to = folder.resolve("model");
  }

  /** Width 4, inner width 3, one layer, two heads, a context of 8; all weights are zero. */
  private static byte[] checkpoint() {
    int floats = VOCABULARY * 4 + 4 + 4 * 16 + 4 + 3 * 12 + 4 + 8 * 2;
    ByteBuffer bytes = ByteBuffer.allocate(28 + 4 * floats).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : new int[] {4, 3, 1, 2, 2, VOCABULARY, 8}) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  private static byte[] tokenizer() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {7, 0, 0, 0});
    for (int id = 0; id < VOCABULARY; id++) {
      String text =
          id < 3 ? List.of("<unk>", "\n<s>\n", "\n</s>\n").get(id) : "<0x%02X>".formatted(id - 3);
      out.writeBytes(new byte[] {0, 0, 0, 0, (byte) text.length(), 0, 0, 0});
      out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  @Test
  void convertsAModelThatOpens() {
    Path figures = folder.resolve("figures.json");
    CommandRun run =
        CommandRun.succeeding(
            "convert",
            "llama2c",
            checkpoint,
            "--tokenizer",
            tokenizer,
            "--to",
            to,
            "--json",
            figures);
    assertTrue(run.out().contains("1,148 parameters, 1 layer"), run.out());
    var json = CommandRun.json(figures);
    assertEquals(1148, json.get("parameters").intValue());
    assertEquals(2, json.get("heads").intValue());
    assertEquals(8, json.get("context").intValue());
    try (LanguageModel opened = LanguageModel.open(to)) {
      assertEquals(VOCABULARY, opened.requireTokenizer().vocabularySize());
    }
  }

  @Test
  void badFilesAreOneSentenceAndNothingIsWritten() throws IOException {
    byte[] whole = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, Arrays.copyOf(whole, whole.length - 5));
    failing("tiny.bin", "cut short");
    Files.write(checkpoint, whole);
    Files.write(tokenizer, Arrays.copyOf(Files.readAllBytes(tokenizer), 900));
    failing("tok.bin", "cut short in token");
    Files.delete(tokenizer);
    failing("no tokenizer file");
    assertFalse(Files.exists(to));
  }

  private void failing(String... words) {
    CommandRun.failing(
        List.of(words), "convert", "llama2c", checkpoint, "--tokenizer", tokenizer, "--to", to);
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Files.createDirectory(to);
    Files.writeString(to.resolve("notes.txt"), "mine");
    failing("new or empty");
    assertEquals("mine", Files.readString(to.resolve("notes.txt")));
    CommandRun.failing(
        List.of("--json would overwrite the tokenizer"),
        "convert",
        "llama2c",
        checkpoint,
        "--tokenizer",
        tokenizer,
        "--to",
        folder.resolve("x"),
        "--json",
        tokenizer);
  }

  @Test
  void whatIsLeftOutIsAskedFor() {
    CommandRun run = CommandRun.of("convert", "llama2c", checkpoint);
    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().contains("--tokenizer"), run.err());
    assertTrue(CommandRun.succeeding("convert").out().startsWith("Usage: mla4j convert"));
  }
}
