package io.mla4j.kernels.thread;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that run ranges of a loop together with the thread that calls. Any number
 * of threads may call at once, also from inside a loop. Idle workers watch for work for a fraction
 * of a millisecond, as the next operation usually follows at once, and then sleep.
 */
public final class KernelThreads implements AutoCloseable {

  /** Runs the positions from {@code from} up to and without {@code to}. */
  @FunctionalInterface
  public interface Range {
    void run(long from, long to);
  }

  private final Queue<SharedLoop> loops = new ConcurrentLinkedQueue<>();
  private final Worker[] workers;
  private volatile boolean closed;

  /**
   * Starts one thread fewer than {@code threads}, as the caller takes part.
   *
   * @param threads how many threads one loop may use, 1 or more
   */
  public KernelThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("Kernels need 1 thread or more, not " + threads + ".");
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker("mla4j-kernel-" + (i + 1));
      workers[i].start();
    }
  }

  /** The number of threads one loop may use, the caller's among them. */
  public int count() {
    return workers.length + 1;
  }

  /**
   * Runs all positions from 0 up to and without {@code count}, in ranges of at least {@code grain}
   * but for the last. Returns when all have run; what a range throws is thrown here, once.
   */
  public void parallelFor(long count, long grain, Range body) {
    if (count < 0 || grain < 1) {
      throw new IllegalArgumentException(
          "A loop needs a count of 0 or more and a grain of 1 or more, not "
              + count
              + " and "
              + grain
              + ".");
    }
    if (count <= grain || workers.length == 0 || closed) {
      runHere(count, body);
      return;
    }
    SharedLoop loop = new SharedLoop(count, grain, count(), body);
    loops.add(loop);
    wake((count - 1) / grain);
    loop.help();
    loops.remove(loop);
    loop.await();
  }

  private static void runHere(long count, Range body) {
    if (count > 0) {
      body.run(0, count);
    }
  }

  private void wake(long wanted) {
    long woken = 0;
    for (int i = 0; i < workers.length && woken < wanted; i++) {
      if (workers[i].wake()) {
        woken++;
      }
    }
  }

  /**
   * Ends the workers and waits until they have ended. Loops still run afterwards, on the calling
   * thread alone.
   */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      worker.wake();
    }
    try {
      for (Worker worker : workers) {
        worker.awaitEnd();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // they end, but nobody waits
    }
  }

  private final class Worker extends Thread {

    private volatile boolean asleep;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    /** Returns whether it was asleep: one that is awake may be busy elsewhere. */
    boolean wake() {
      boolean slept = asleep;
      if (slept) {
        LockSupport.unpark(this);
      }
      return slept;
    }

    /** A worker that closes its own threads cannot wait for itself. */
    void awaitEnd() throws InterruptedException {
      if (this != Thread.currentThread()) {
        join();
      }
    }

    @Override
    public void run() {
      while (!closed) {
        SharedLoop loop = watch();
        if (loop == null) {
          sleepUnlessWork();
        } else {
          loop.help();
          loops.remove(loop);
        }
      }
    }

    private @Nullable SharedLoop watch() {
      ActiveWait wait = new ActiveWait();
      SharedLoop loop = loops.peek();
      while (loop == null && wait.pause()) {
        loop = loops.peek();
      }
      return loop;
    }

    private void sleepUnlessWork() {
      asleep = true;
      // Looked at again after announcing the sleep: a caller either sees it or was seen here.
      if (loops.peek() == null && !closed) {
        LockSupport.park(KernelThreads.this);
        Thread.interrupted(); // else no later sleep would last
      }
      asleep = false;
    }
  }
}
