package io.mla4j.cli.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C into a request to stop: the JVM's end waits until this is closed, after the
 * checkpoint is written and the user told.
 */
final class Interruption implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Runnable stop) {
    this.hook =
        new Thread(
            () -> {
              stop.run();
              await();
            },
            "stop-training");
  }

  /** From now until it is closed, an end of the JVM first stops what is running. */
  static Interruption stops(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void await() {
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("The running step did not end in time; the last checkpoint stays.");
      }
    } catch (InterruptedException ignored) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The JVM is ending because of the very interruption this waited for.
    }
  }
}
