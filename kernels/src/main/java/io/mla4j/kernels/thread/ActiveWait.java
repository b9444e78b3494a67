package io.mla4j.kernels.thread;

/**
 * Waiting without sleep, as being woken costs some 50 microseconds: longer than what lies between
 * the operations of a model, shorter than what another process would notice.
 */
final class ActiveWait {

  /** Time in which the core is kept; afterwards whoever else is ready goes first. */
  private static final long ALONE_NANOS = 20_000;

  private static final long LONGEST_NANOS = 200_000;

  private final long start = System.nanoTime();

  /** Pauses for a moment, or returns false where it is time to sleep. */
  boolean pause() {
    long waited = System.nanoTime() - start;
    if (waited < ALONE_NANOS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
    return waited < LONGEST_NANOS;
  }
}
