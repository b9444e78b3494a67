package io.mla4j.tensor;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The engines on the class path. */
public final class Engines {

  private Engines() {}

  /** All of them, those that train first. */
  public static List<EngineProvider> all() {
    return ServiceLoader.load(EngineProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing((EngineProvider p) -> !p.trains()))
        .toList();
  }

  /**
   * Starts the engine of this name.
   *
   * @throws IllegalArgumentException if no such engine is on the class path
   * @throws IllegalStateException if it cannot start on this machine
   */
  public static Engine start(String name, EngineOptions options) {
    List<EngineProvider> found = all();
    for (EngineProvider provider : found) {
      if (provider.name().equals(name)) {
        return provider.start(options);
      }
    }
    String names = found.stream().map(EngineProvider::name).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "There is no engine '" + name + "' on the class path; there is: " + names + ".");
  }

  /** Starts the named engine on the CPU with every processor. */
  public static Engine start(String name) {
    return start(name, EngineOptions.defaults());
  }
}
