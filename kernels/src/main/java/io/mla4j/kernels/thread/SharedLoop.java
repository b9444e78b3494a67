package io.mla4j.kernels.thread;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One loop that several threads run: each takes the next chunk until none is left. Chunks are long
 * at first and short at the end, so that no thread is left with a long one; where they begin is a
 * function of the loop alone, whoever takes them.
 */
final class SharedLoop {

  /** A chunk is this part of what a thread would get of all that is left. */
  private static final int SHARES_PER_THREAD = 2;

  private final long count;
  private final long grain;
  private final long shares;
  private final KernelThreads.Range body;
  private final Thread caller = Thread.currentThread();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong unfinished;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  SharedLoop(long count, long grain, int threads, KernelThreads.Range body) {
    this.count = count;
    this.grain = grain;
    this.shares = (long) threads * SHARES_PER_THREAD;
    this.body = body;
    this.unfinished = new AtomicLong(count);
  }

  /** Runs chunks until none is left to take. */
  void help() {
    for (long from = next.get(); from < count; from = next.get()) {
      long end = from + Math.min(count - from, Math.max(grain, (count - from) / shares));
      if (next.compareAndSet(from, end)) {
        runChunk(from, end);
        if (unfinished.addAndGet(from - end) == 0) {
          LockSupport.unpark(caller);
        }
      }
    }
  }

  private void runChunk(long from, long end) {
    if (failure.get() != null) {
      return;
    }
    try {
      body.run(from, end);
    } catch (RuntimeException | Error thrown) {
      failure.compareAndSet(null, thrown);
    }
  }

  /** Waits for the chunks other threads took, and throws what one of them threw. */
  void await() {
    ActiveWait wait = new ActiveWait();
    while (unfinished.get() > 0 && wait.pause()) {}
    boolean interrupted = false;
    while (unfinished.get() > 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      caller.interrupt();
    }
    rethrow();
  }

  private void rethrow() {
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
