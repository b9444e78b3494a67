package io.mla4j.cli.bench.cases;

import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.EngineProvider;
import io.mla4j.tensor.Engines;
import java.util.Optional;

/** The peer that every kernel can be measured with: libtorch, if it is here. */
public final class Torch implements AutoCloseable {

  private static final String NAME = "torch";

  private final int threads;
  private final Optional<EngineProvider> provider;
  private Optional<Engine> started = Optional.empty();

  public Torch(int threads) {
    this.threads = threads;
    this.provider = Engines.all().stream().filter(p -> p.name().equals(NAME)).findFirst();
  }

  /** Why there is no peer, as a sentence; empty if there is one. */
  public Optional<String> missing() {
    return provider.isEmpty()
        ? Optional.of("the torch engine is not on the class path.")
        : provider.get().missing();
  }

  /** The engine, started when it is first needed, as that takes a second. */
  Optional<Engine> engine() {
    if (started.isEmpty() && missing().isEmpty()) {
      started = provider.map(found -> found.start(new EngineOptions(Device.CPU, threads)));
    }
    return started;
  }

  /** What ran, such as its version; empty if it never did. */
  public Optional<String> library() {
    return started.flatMap(Engine::library);
  }

  @Override
  public void close() {
    started.ifPresent(Engine::close);
  }
}
