package io.mla4j.tensor;

import java.util.List;
import java.util.Optional;

/** Starts one engine; found with {@link java.util.ServiceLoader} by {@link Engines}. */
public interface EngineProvider {

  /** The name users choose the engine by. */
  String name();

  /** One line on what the engine is for. */
  String description();

  /** Whether the engine can train. */
  boolean trains();

  /** What keeps the engine from starting on this machine, as a sentence; empty if nothing does. */
  Optional<String> missing();

  /** What the engine found and chose, and what would make it faster; for {@code doctor}. */
  List<String> details();

  /**
   * Starts the engine.
   *
   * @throws IllegalStateException with {@link #missing()} if it cannot start here
   */
  Engine start(EngineOptions options);
}
