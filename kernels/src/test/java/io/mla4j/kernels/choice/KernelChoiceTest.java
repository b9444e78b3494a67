package io.mla4j.kernels.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.Samples;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.nativecode.Level;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {

  /** Multiplies two numbers in a JVM of its own and prints what it chose. */
  static final class Main {
    public static void main(String[] args) {
      try (Kernels kernels = Kernels.start(2)) {
        var out = Samples.empty(1);
        var two = Matrix.rowMajor(Samples.of(2), 1, 1);
        kernels
            .products()
            .multiply(two, two, java.util.Optional.empty(), Matrix.rowMajor(out, 1, 1));
        System.out.println(kernels.description() + ": " + Floats.get(out, 0));
        System.out.println(KernelChoice.detect().reason());
        System.out.println(NativeKernels.get().description());
      }
    }
  }

  @Test
  void vectorsWhereTheModuleIs() throws Exception {
    String said = run("--add-modules=jdk.incubator.vector");
    assertTrue(said.contains("Vector API with"), said);
    assertTrue(said.contains("4.0"), said);
  }

  @Test
  void plainLoopsWhereItIsNotAndTheFlagThatHelps() throws Exception {
    String said = run();
    assertTrue(said.contains("plain loops: 4.0"), said);
    assertTrue(said.contains("--add-modules=jdk.incubator.vector"), said);
  }

  @Test
  void plainLoopsOnRequest() throws Exception {
    String said = run("--add-modules=jdk.incubator.vector", "-Dmla4j.kernels=plain");
    assertTrue(said.contains("plain loops: 4.0"), said);
    assertFalse(said.contains("--add-modules"), said);
  }

  @Test
  void otherWishesAreRefused() throws Exception {
    String said = run("-Dmla4j.kernels=fast");
    assertTrue(said.contains("-Dmla4j.kernels is 'auto', 'java', 'plain' or a level (avx2,"), said);
    assertTrue(said.contains("not 'fast'."), said);
  }

  @Test
  void theHighestLevelCanBeChosen() throws Exception {
    for (Level level : NativeKernels.get().levels()) {
      String said = run("--add-modules=jdk.incubator.vector", "-Dmla4j.kernels=" + level.flag());
      assertTrue(said.contains("C for " + level + " over Vector API"), said);
      assertTrue(said.contains(": 4.0"), said);
    }
  }

  @Test
  void aLevelOfAnotherProcessorIsRefused() throws Exception {
    assumeTrue(NativeKernels.get().isAvailable(), NativeKernels.get().description());
    Level other = NativeKernels.get().levels().contains(Level.NEON) ? Level.AVX2 : Level.NEON;
    String said = run("-Dmla4j.kernels=" + other.flag());
    assertTrue(said.contains("asks for a level that this processor has not"), said);
  }

  @Test
  void aFolderThatCannotBeWrittenLeavesJava() throws Exception {
    assumeTrue(NativeKernels.get().isAvailable(), NativeKernels.get().description());
    String said = run("--add-modules=jdk.incubator.vector", "-Djava.io.tmpdir=/nowhere");
    assertTrue(said.contains("Vector API with") && said.contains(": 4.0"), said);
    assertTrue(
        said.contains("The C kernels could not be unpacked to /nowhere: there is no such folder"),
        said);
    assertTrue(said.contains("; another folder can be given with -Djava.io.tmpdir."), said);
  }

  private static String run(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] output = process.getInputStream().readAllBytes();
    int code = process.waitFor();
    String said = new String(output, StandardCharsets.UTF_8);
    assertEquals(said.contains("IllegalArgumentException") ? 1 : 0, code, said);
    return said;
  }
}
