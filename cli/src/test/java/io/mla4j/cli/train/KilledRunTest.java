package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run killed by SIGKILL at random moments and resumed ends as one that was not, bit for bit. */
class KilledRunTest {

  private static final int KILLS = 3;

  @TempDir Path folder;

  @Test
  void endsBitIdentical() throws IOException, InterruptedException {
    Path recipe = SmallTexts.recipe(folder, 4);
    Path straight = folder.resolve("straight");
    Path killed = folder.resolve("killed");
    assertEquals(0, finished(train(recipe, straight)));

    Process running = train(recipe, killed);
    RandomGenerator random = RandomGenerator.getDefault();
    long metrics = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // Killed a random moment after the run got further than at the last kill.
      metrics = awaitGrowth(running, killed.resolve("metrics.jsonl"), metrics);
      Thread.sleep(random.nextInt(400));
      running.destroyForcibly().waitFor();
      running = resume(killed);
    }
    assertEquals(0, finished(running), () -> log(killed));

    String model = "model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(straight.resolve(model)), Files.readAllBytes(killed.resolve(model)));
    assertArrayEquals(
        tensors(straight.resolve("checkpoint.safetensors")),
        tensors(killed.resolve("checkpoint.safetensors")));
    assertEquals(steps(straight), steps(killed));
  }

  /** The tensors' bytes; the header before them also holds times. */
  private static byte[] tensors(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    long header = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    return java.util.Arrays.copyOfRange(bytes, (int) header + 8, bytes.length);
  }

  private static List<String> steps(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("\"type\":\"step\""))
        .map(line -> line.replaceAll(".*\"step\":(\\d+).*\"loss\":([^,]+).*", "$1 $2"))
        .toList();
  }

  private long awaitGrowth(Process running, Path metrics, long before)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (System.nanoTime() < deadline && running.isAlive()) {
      long size = Files.exists(metrics) ? Files.size(metrics) : 0;
      if (size > before + 2000) {
        return size;
      }
      Thread.sleep(5);
    }
    return before;
  }

  private Process train(Path recipe, Path run) throws IOException {
    return start(run, List.of("train", recipe.toString(), "--run", run.toString()));
  }

  private Process resume(Path run) throws IOException {
    assertTrue(Files.exists(run.resolve("checkpoint.safetensors")), () -> log(run));
    return start(run, List.of("train", "--resume", run.toString()));
  }

  private Process start(Path run, List<String> arguments) throws IOException {
    Path log = folder.resolve(run.getFileName() + ".log");
    return ChildJvm.start(log, List.of("-Xmx1g"), "io.mla4j.cli.Main", arguments);
  }

  private String log(Path run) {
    try {
      return Files.readString(folder.resolve(run.getFileName() + ".log"));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  private static int finished(Process process) throws InterruptedException {
    assertTrue(process.waitFor(15, TimeUnit.MINUTES), "still running after 15 minutes");
    return process.exitValue();
  }
}
