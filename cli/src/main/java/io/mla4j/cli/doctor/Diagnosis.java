package io.mla4j.cli.doctor;

import io.mla4j.cli.data.DataFolder;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything {@code doctor} finds.
 *
 * @param kernels the C kernels that run here, or a sentence that says why none do
 */
record Diagnosis(
    JavaRuntime java,
    String operatingSystem,
    Processor processor,
    Memory memory,
    List<EngineStatus> engines,
    String kernels,
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
        Tools.look(),
        data.path().toAbsolutePath(),
        data.present());
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
