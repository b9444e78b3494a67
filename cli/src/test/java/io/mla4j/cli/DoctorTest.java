package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cuda.flashmla.CudaFlashMla;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.nio.file.Path;
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
    List.of("Java", "Machine", "Engines", "Tools", "tokenizers  ready", "Ready to ")
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
}
