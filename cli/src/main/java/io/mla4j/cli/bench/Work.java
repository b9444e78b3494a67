package io.mla4j.cli.bench;

import java.util.Optional;

/**
 * What is timed.
 *
 * @param body the kernel once
 * @param release frees what the case's arena does not
 */
record Work(Runnable body, Optional<Peer> peer, Runnable release) implements AutoCloseable {

  Work(Runnable body, Optional<Peer> peer) {
    this(body, peer, () -> {});
  }

  static Work alone(Runnable body) {
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
