package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM's memory stays within 2 % over 1,000 training steps and 10,000 predictions once it is warm:
 * of several such stretches, one has to be flat, since a leak would show in each, and the
 * compiler's memory only in the first. The Java heap is touched whole at the start, so that only
 * native memory can grow.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the resident memory from /proc")
class NativeMemoryTest {

  @TempDir Path folder;

  @Test
  void trainingIsFlat() throws IOException, InterruptedException {
    assertFlat("train");
  }

  @Test
  void predictingOnTorchIsFlat() throws IOException, InterruptedException {
    assertFlat("predict-torch");
  }

  @Test
  void predictingOnNativeIsFlat() throws IOException, InterruptedException {
    assertFlat("predict-native");
  }

  private void assertFlat(String work) throws IOException, InterruptedException {
    Path log = folder.resolve(work + ".log");
    List<String> flags = List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
    Process process =
        ChildJvm.start(log, flags, SteadyWork.class.getName(), List.of(work, folder.toString()));
    assertTrue(process.waitFor(15, TimeUnit.MINUTES), "still running after 15 minutes");
    String output = Files.readString(log);
    assertEquals(0, process.exitValue(), output);
    double[] resident =
        output
            .lines()
            .filter(line -> line.startsWith("resident "))
            .mapToDouble(line -> Double.parseDouble(line.substring("resident ".length())))
            .toArray();
    double least = Double.POSITIVE_INFINITY;
    for (int i = 1; i < resident.length; i++) {
      least = Math.min(least, resident[i] / resident[i - 1]);
    }
    assertTrue(least <= 1.02, work + " grew in every stretch: " + output);
  }
}
