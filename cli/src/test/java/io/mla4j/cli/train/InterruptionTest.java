package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The first signal asks, the second ends. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its processes cannot be sent SIGTERM")
class InterruptionTest {

  @TempDir Path folder;

  /** Works on for ever, whatever it is asked. */
  static final class Stubborn {

    private Stubborn() {}

    public static void main(String[] args) throws InterruptedException {
      try (Interruption interruption =
          Interruption.stops(() -> System.out.println("asked to stop"))) {
        System.out.println("ready");
        Thread.sleep(TimeUnit.MINUTES.toMillis(5));
      }
    }
  }

  @Test
  void aSecondSignalEndsAtOnce() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process = ChildJvm.start(log, List.of(), Stubborn.class.getName(), List.of());
    await(log, "ready");
    process.destroy();
    await(log, "asked to stop");
    assertTrue(process.isAlive());
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
    assertEquals(Interruption.EXIT_CODE, process.exitValue());
  }

  private static void await(Path log, String words) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.readString(log).contains(words)) {
      assertTrue(System.nanoTime() < deadline, "never said: " + words);
      Thread.sleep(20);
    }
  }
}
