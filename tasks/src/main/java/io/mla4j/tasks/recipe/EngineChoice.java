package io.mla4j.tasks.recipe;

import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.EngineProvider;
import io.mla4j.tensor.Engines;
import java.util.List;
import java.util.Optional;

/**
 * Which engine works, where and how wide.
 *
 * @param name torch or native; absent for the better one for the purpose
 * @param threads that one operation may use; absent for all this process has
 * @param device cpu, cuda or cuda:N
 */
public record EngineChoice(Optional<String> name, Optional<Integer> threads, String device) {

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

  /**
   * Checks the choice.
   *
   * @throws IllegalArgumentException if the device is not known or there are no threads
   */
  public EngineChoice {
    Device known = Device.parse(device);
    threads.ifPresent(count -> new EngineOptions(known, count));
  }

  public static EngineChoice defaults() {
    return new EngineChoice(Optional.empty(), Optional.empty(), Device.CPU.toString());
  }

  /**
   * Starts the engine that is named, or else the first of those preferred for the purpose that can
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

  /** Starts an engine by its name, with these threads and this device. */
  public Engine start(String engine) {
    return Engines.start(engine, options());
  }

  /** Threads and device, with what is usual here where the choice is open. */
  public EngineOptions options() {
    return new EngineOptions(
        Device.parse(device), threads.orElseGet(() -> EngineOptions.defaults().threads()));
  }

  private String choose(Purpose purpose) {
    if (Device.parse(device).kind() == Device.Kind.CUDA) {
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
