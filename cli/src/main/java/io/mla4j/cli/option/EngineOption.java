package io.mla4j.cli.option;

import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.EngineProvider;
import io.mla4j.tensor.Engines;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --engine}, {@code --threads} and {@code --device}. */
public final class EngineOption {

  /** What an engine is started for, which decides where the user leaves the choice. */
  public enum Purpose {
    /** A few answers. */
    ANSWER,
    /** Many documents. */
    MEASURE,
    /** A model to learn. */
    TRAIN
  }

  private static final String CUDA_ENGINE = "torch";

  @Option(
      names = {"-e", "--engine"},
      paramLabel = "NAME",
      description =
          "torch or native. Without it predict takes native, which starts at once, and evaluate and"
              + " train take torch, which is faster over many texts; where the first choice is not"
              + " there, the other.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads one operation may use; all this process has if left out.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description = "cpu (the default), cuda or cuda:N; cuda needs the torch engine.")
  private Device device = Device.CPU;

  /**
   * Starts the engine the user named, or else the first of those preferred for the purpose that can
   * start here.
   *
   * @throws IllegalArgumentException if there is no such engine
   * @throws IllegalStateException if it cannot start on this machine, or cannot do what it is for
   */
  public Engine start(Purpose purpose) {
    Engine engine = start(name.orElseGet(() -> choose(purpose)));
    if (purpose == Purpose.TRAIN && !engine.differentiates()) {
      throw new IllegalStateException(
          "The %s engine cannot train; use the torch engine.".formatted(engine.name()));
    }
    return engine;
  }

  /** Starts an engine by its name, with the user's threads and device. */
  public Engine start(String engine) {
    return Engines.start(engine, options());
  }

  /** Threads one operation may use. */
  public int threads() {
    return options().threads();
  }

  private EngineOptions options() {
    return new EngineOptions(device, threads.orElseGet(() -> EngineOptions.defaults().threads()));
  }

  private String choose(Purpose purpose) {
    if (device.kind() == Device.Kind.CUDA) {
      return CUDA_ENGINE;
    }
    List<EngineProvider> found = Engines.all();
    List<String> preferred = preferred(purpose);
    return preferred.stream()
        .filter(wanted -> found.stream().anyMatch(p -> startable(p, wanted)))
        .findFirst()
        .orElseGet(() -> requireOnClassPath(preferred.getFirst(), found));
  }

  /** The native engine starts at once; libtorch takes seconds to load but multiplies faster. */
  private static List<String> preferred(Purpose purpose) {
    return switch (purpose) {
      case ANSWER -> List.of("native", "torch");
      case MEASURE -> List.of("torch", "native");
      case TRAIN -> List.of("torch");
    };
  }

  /** One that is there but cannot start says why when it is started. */
  private static String requireOnClassPath(String wanted, List<EngineProvider> found) {
    if (found.stream().noneMatch(provider -> provider.name().equals(wanted))) {
      throw new IllegalStateException(
          "This needs the %s engine, which is not on the class path; './mla4j doctor' shows what is."
              .formatted(wanted));
    }
    return wanted;
  }

  private static boolean startable(EngineProvider provider, String wanted) {
    return provider.name().equals(wanted) && provider.missing().isEmpty();
  }
}
