package io.mla4j.cli.bench.cases;

import java.util.Optional;

/**
 * What is timed.
 *
 * @param body the kernel once
 * @param release frees what the case's arena does not
 */
public record Work(Runnable body, Optional<Peer> peer, Runnable release) implements AutoCloseable {

  public Work(Runnable body, Optional<Peer> peer) {
    this(body, peer, () -> {});
  }

  public static Work alone(Runnable body) {
    return new Work(body, Optional.empty());
  }

  Work releasing(Runnable more) {
    return new Work(body, peer, more);
  }

  @Override
  public void close() {
    release.run();
  }
}
