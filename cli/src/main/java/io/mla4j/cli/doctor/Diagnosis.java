package io.mla4j.cli.doctor;

import io.mla4j.cli.console.Quantity;
import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.CudaException;
import io.mla4j.cuda.flashmla.CudaFlashMla;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.tasks.recipe.DataFolder;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything {@code doctor} finds.
 *
 * @param kernels the C kernels that run here, or a sentence that says why none do
 * @param cuda the GPU that latent decoding runs on, or a sentence that says why it does on none
 */
record Diagnosis(
    JavaRuntime java,
    String operatingSystem,
    Processor processor,
    Memory memory,
    List<EngineStatus> engines,
    String kernels,
    String cuda,
    Tools tools,
    Path dataFolder,
    List<String> dataSets) {

  static Diagnosis make() {
    DataFolder data = DataFolder.ofProgram();
    return new Diagnosis(
        JavaRuntime.look(),
        System.getProperty("os.name", "unknown") + " " + System.getProperty("os.version", ""),
        Processor.look(),
        Memory.look(),
        EngineStatus.all(),
        NativeKernels.get().description(),
        lookForGpu(),
        Tools.look(),
        data.path().toAbsolutePath(),
        data.present());
  }

  private static String lookForGpu() {
    return CudaFlashMla.missing(0).orElseGet(Diagnosis::firstGpu);
  }

  private static String firstGpu() {
    try (CudaDevice device = CudaDevice.open(0)) {
      return "%s, %s".formatted(device.name(), Quantity.bytes(device.memoryBytes()));
    } catch (CudaException refused) {
      return "The first GPU does not open: " + refused.getMessage();
    }
  }

  /** Whether models can be used here. */
  boolean usable() {
    return engines.stream().anyMatch(EngineStatus::ready) && tools.tokenizerProblem().isEmpty();
  }

  /** Whether models can be trained here. */
  boolean trains() {
    return usable() && engines.stream().anyMatch(engine -> engine.ready() && engine.trains());
  }
}
