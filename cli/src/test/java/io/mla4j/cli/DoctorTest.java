package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cuda.flashmla.CudaFlashMla;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorTest {

  @TempDir Path folder;

  @Test
  void theMachineIsDescribed() {
    Path json = folder.resolve("machine.json");
    CommandRun run = CommandRun.succeeding("doctor", "--json", json);
    List.of(
            "Java",
            "Machine",
            "Engines",
            "Tools",
            "tokenizers  ready",
            "Parquet     ready",
            "Ready to ")
        .forEach(words -> assertTrue(run.out().contains(words), () -> words + " in " + run.out()));
    JsonNode found = CommandRun.json(json);
    assertEquals(
        Runtime.getRuntime().availableProcessors(),
        found.path("processor").path("threads").asInt());
    assertEquals(System.getProperty("java.home"), found.path("java").path("home").asString());
    assertEquals(0, found.path("java").path("missingFlags").size());
    List<String> engines = found.path("engines").findValuesAsString("name");
    assertEquals(List.of("torch", "native"), engines);
  }

  @Test
  void kernelsInCAreNamedAndAreTheNativeEngines() {
    Path json = folder.resolve("machine.json");
    CommandRun run = CommandRun.succeeding("doctor", "--json", json);
    JsonNode found = CommandRun.json(json);
    String kernels = found.path("kernels").asString();
    assertEquals(NativeKernels.get().description(), kernels);
    assertEquals(
        NativeKernels.get().isAvailable(),
        found.path("engines").path(1).path("details").toString().contains(kernels),
        found.toPrettyString());
    assertTrue(run.out().replaceAll("\\s+", " ").contains("Kernels C " + kernels), run.out());
  }

  @Test
  void theGpuOrWhatIsMissingIsNamed() {
    Path json = folder.resolve("machine.json");
    CommandRun.succeeding("doctor", "--json", json);
    String cuda = CommandRun.json(json).path("cuda").asString();
    assertTrue(CudaFlashMla.missing(0).map(cuda::equals).orElse(cuda.contains("GiB")), cuda);
  }

  @Test
  void foldersThatLibrariesCannotBeUnpackedToAreNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file")); // no folder, for root as well
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String folderOf :
        List.of("java.io.tmpdir", "DJL_CACHE_DIR", "org.bytedeco.javacpp.cachedir", "user.home")) {
      command.add("-D" + folderOf + "=" + file);
    }
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.add("doctor");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(1, process.waitFor(), said);
    assertTrue(said.contains("Not ready: "), said);
    assertTrue(
        said.matches("(?s).*torch +cannot start: .*-Dorg.bytedeco.javacpp.cachedir\\..*"), said);
    for (String named :
        List.of(
            "The tokenizers' library does not load from " + file,
            "DuckDB's library, which reads Parquet, does not load from " + file)) {
      assertTrue(said.contains(named), said);
    }
    assertTrue(
        NativeKernels.get().levels().isEmpty()
            || said.contains("The C kernels could not be unpacked to " + file),
        said);
    assertFalse(said.contains("Exception") || said.contains("ERROR"), said);
  }
}
