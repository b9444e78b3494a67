package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run killed by SIGKILL at random moments, stopped by a signal it hears, and resumed ends as one
 * that was not, bit for bit.
 */
class KilledRunTest {

  /** Far enough from the end that a kill comes before it. */
  private static final int LAST_KILL = 60;

  private static final Pattern RESUMED = Pattern.compile("resuming at step ([\\d,]+) of ([\\d,]+)");
  private static final Pattern STEP =
      Pattern.compile("\"type\":\"step\".*\"step\":(\\d+).*\"loss\":([^,]+)");

  @TempDir Path folder;

  @Test
  void endsBitIdentical() throws IOException, InterruptedException {
    assertEndsBitIdentical(2, List.of("training.epochs=4"));
  }

  @Test
  void endsBitIdenticalStreamedAccumulatedAndStoppedEarly()
      throws IOException, InterruptedException {
    Path straight =
        assertEndsBitIdentical(
            1,
            List.of(
                "training.epochs=60",
                "training.patience=3",
                "training.accumulationSteps=2",
                "data.streamBuffer=64",
                "data.validation=" + folder.resolve("test.tsv")));
    assertTrue(steps(straight).size() < 60 * 25, "it did not stop early");
  }

  /** Returns the folder of the run that nothing happened to. */
  private Path assertEndsBitIdentical(int kills, List<String> settings)
      throws IOException, InterruptedException {
    Path recipe = SmallTexts.recipe(folder, 1);
    Path straight = folder.resolve("straight");
    Path killed = folder.resolve("killed");
    assertEquals(0, finished(train(recipe, straight, settings)), () -> log(straight));

    long seed = System.nanoTime();
    System.out.println("KilledRunTest kills with the seed " + seed);
    int[] moments =
        new Random(seed).ints(kills + 1, 5, LAST_KILL).sorted().map(step -> step + 4).toArray();
    Process running = train(recipe, killed, settings);
    for (int kill = 0; kill < kills; kill++) {
      awaitStep(running, killed, moments[kill]);
      running.destroyForcibly().waitFor();
      running = resume(killed);
      awaitResumption(running, killed);
    }
    awaitStep(running, killed, moments[kills]);
    assertResumedMidway(killed);
    running.destroy();
    assertEquals(Interruption.EXIT_CODE, finished(running), () -> log(killed));
    assertTrue(log(killed).contains("./mla4j train --resume " + killed), () -> log(killed));
    assertEquals(0, finished(resume(killed)), () -> log(killed));
    assertResumedMidway(killed);

    String model = "model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(straight.resolve(model)), Files.readAllBytes(killed.resolve(model)));
    assertArrayEquals(
        tensors(straight.resolve("checkpoint.safetensors")),
        tensors(killed.resolve("checkpoint.safetensors")));
    assertEquals(steps(straight), steps(killed));
    return straight;
  }

  private void assertResumedMidway(Path run) {
    Matcher resumed = RESUMED.matcher(log(run));
    assertTrue(resumed.find(), () -> log(run));
    int step = Integer.parseInt(resumed.group(1).replace(",", ""));
    int total = Integer.parseInt(resumed.group(2).replace(",", ""));
    assertTrue(0 < step && step < total, resumed.group());
  }

  /** The tensors' bytes; the header before them also holds times. */
  private static byte[] tensors(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    long header = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    return java.util.Arrays.copyOfRange(bytes, (int) header + 8, bytes.length);
  }

  private static List<String> steps(Path run) throws IOException {
    Path metrics = run.resolve("metrics.jsonl");
    return Files.exists(metrics)
        ? Files.readAllLines(metrics).stream()
            .map(STEP::matcher)
            .filter(Matcher::find)
            .map(step -> step.group(1) + " " + step.group(2))
            .toList()
        : List.of();
  }

  private void awaitStep(Process running, Path run, int step)
      throws IOException, InterruptedException {
    long deadline = deadline();
    while (steps(run).size() < step) {
      awaitMore(running, run, deadline);
    }
  }

  /** Until then the steps of the killed process are there to be counted, not this one's. */
  private void awaitResumption(Process running, Path run) throws InterruptedException {
    long deadline = deadline();
    while (!RESUMED.matcher(log(run)).find()) {
      awaitMore(running, run, deadline);
    }
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
  }

  private void awaitMore(Process running, Path run, long deadline) throws InterruptedException {
    assertTrue(running.isAlive(), () -> "ended before it was killed: " + log(run));
    assertTrue(System.nanoTime() < deadline, () -> "too slow: " + log(run));
    Thread.sleep(5);
  }

  private Process train(Path recipe, Path run, List<String> settings) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("train", recipe.toString(), "--run", run.toString()));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return start(run, arguments);
  }

  private Process resume(Path run) throws IOException {
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
