package io.mla4j.cli.bench;

import java.util.Optional;

/**
 * What is timed.
 *
 * @param body the kernel once
 */
record Work(Runnable body, Optional<Peer> peer) {

  static Work alone(Runnable body) {
    return new Work(body, Optional.empty());
  }
}
