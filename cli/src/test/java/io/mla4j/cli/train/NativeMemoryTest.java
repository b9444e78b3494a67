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
 * Memory beside the Java heap stays within 2 % over 1,000 training steps and 10,000 predictions
 * once a JVM is warm: three such stretches come before, in which the compiler still works.
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
    double[] used =
        output
            .lines()
            .filter(line -> line.startsWith("native "))
            .mapToDouble(line -> Double.parseDouble(line.substring("native ".length())))
            .toArray();
    assertEquals(4, used.length, output);
    assertTrue(used[3] <= 1.02 * used[2], work + " grew when warm: " + output);
  }
}
