package io.mla4j.cli.doctor;

import io.mla4j.tensor.EngineProvider;
import io.mla4j.tensor.Engines;
import java.util.List;
import java.util.Optional;

/**
 * An engine on the class path.
 *
 * @param missing what keeps it from starting, as a sentence
 */
record EngineStatus(
    String name,
    String description,
    boolean trains,
    Optional<String> missing,
    List<String> details) {

  static List<EngineStatus> all() {
    return Engines.all().stream().map(EngineStatus::of).toList();
  }

  private static EngineStatus of(EngineProvider provider) {
    Optional<String> missing = provider.missing();
    return new EngineStatus(
        provider.name(),
        provider.description(),
        provider.trains(),
        missing,
        missing.isPresent() ? List.of() : provider.details());
  }

  boolean ready() {
    return missing.isEmpty();
  }
}
