package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command whose output is lost, as on a full disk, says so and fails. */
class LostOutputTest {

  @TempDir Path folder;

  /** Takes no character, and counts how often it was asked to. */
  private static final class FullDisk extends Writer {

    private int attempts;

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
      attempts++;
      throw new IOException("No space left on device");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static int lost(Object... args) {
    FullDisk disk = new FullDisk();
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int exitCode = Main.run(new PrintWriter(disk), new PrintWriter(err), words);
    assertEquals(1, exitCode, err.toString());
    assertTrue(err.toString().startsWith("mla4j: Standard output takes no more"), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    return disk.attempts;
  }

  @Test
  void atTheEnd() {
    lost("--help");
    lost("inspect", TinyModel.biased(folder.resolve("model")));
    lost("inspect", folder.resolve("model"), "--json", "-");
  }

  @Test
  void predictionsStopEarly() throws IOException {
    Path texts = folder.resolve("texts.txt");
    Files.write(texts, Collections.nCopies(2_000, "You won"));
    int attempts = lost("predict", TinyModel.biased(folder.resolve("model")), "--file", texts);
    assertTrue(attempts < 1_000, () -> attempts + " writes into nothing");
  }
}
